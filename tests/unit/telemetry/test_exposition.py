"""Metrics are written as Prometheus reads them."""

from pyfixmsg_plus.telemetry import Distribution, Kind, Metric, Sample, exposition


def test_counters_and_gauges_are_a_line_a_sample() -> None:
    metric = Metric(
        "fixplus_session_next_out",
        Kind.GAUGE,
        "MsgSeqNum of our next message",
        (Sample({"session": "FIX.4.4:US->PEER"}, 12), Sample({}, 0.5)),
    )
    assert exposition([metric]) == (
        "# HELP fixplus_session_next_out MsgSeqNum of our next message\n"
        "# TYPE fixplus_session_next_out gauge\n"
        'fixplus_session_next_out{session="FIX.4.4:US->PEER"} 12\n'
        "fixplus_session_next_out 0.5\n"
    )


def test_a_histogram_has_buckets_a_sum_and_a_count() -> None:
    held = Distribution(((0.001, 1), (float("inf"), 2)), 2, 1.5)
    text = exposition([Metric("seconds", Kind.HISTOGRAM, "Time", (Sample({"of": "a"}, held),))])
    assert text.splitlines()[2:] == [
        'seconds_bucket{of="a",le="0.001"} 1',
        'seconds_bucket{of="a",le="+Inf"} 2',
        'seconds_sum{of="a"} 1.5',
        'seconds_count{of="a"} 2',
    ]


def test_what_would_break_a_line_is_escaped() -> None:
    text = exposition([Metric("a", Kind.GAUGE, "one\ntwo \\", (Sample({"of": 'a"\n\\'}, 1),))])
    assert text == '# HELP a one\\ntwo \\\\\n# TYPE a gauge\na{of="a\\"\\n\\\\"} 1\n'
