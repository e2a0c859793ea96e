# Chicago Mercantile Exchange: closed ranges of at most 2,500 messages.
parent = quickfix
end_seq_no = closed
cme_enhanced_resend = Y
