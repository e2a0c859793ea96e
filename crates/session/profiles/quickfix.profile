# The C++ engine and what is like it: the default, since counterparties run it.
end_seq_no = auto
reject_style = quickfix
logout_text = none
logon_refusal = silent
begin_string_text = bare
appl_ver_id_in_business_reject = N
ask_again_after_serving = N
echo_reset_seq_num_flag = Y
last_processed_in_resend_request = previous
missing_group_delimiter = reject_15
heartbeats_while_test_request_pending = N
test_request_id = fixed
close_after_logout_reply_s = 0
cme_enhanced_resend = N
gap_fill_poss_dup = Y
ignore_poss_dup_resend_requests = N
strict_logon = N
