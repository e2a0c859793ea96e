# The .NET engine.
parent = quickfix
begin_string_text = with_value
echo_reset_seq_num_flag = N
last_processed_in_resend_request = trigger
missing_group_delimiter = reject_99
ignore_poss_dup_resend_requests = Y
