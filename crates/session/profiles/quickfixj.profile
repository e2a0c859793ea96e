# The Java engine.
parent = quickfix
reject_style = quickfixj
logout_text = reason
logon_refusal = logout
