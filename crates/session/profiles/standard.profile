# The session test cases of the FIX Trading Community, where engines in use differ from them.
parent = quickfix
reject_style = standard
logon_refusal = logout
heartbeats_while_test_request_pending = N
test_request_id = unique
close_after_logout_reply_s = 10
strict_logon = Y
ask_again_after_serving = Y
