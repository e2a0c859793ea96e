//! Messages of the sample dictionary, shown. SOH is written `|`.

use super::*;
use crate::sample::{dictionary, wire};

const ORDER: &str = "8=FIX.4.4|9=0|35=D|49=A|11=A1|453=2|448=x|447=D|452=1|802=1|523=s|803=2|448=y|452=4|55=IBM|54=1|18=1 G|95=3|96=a|b|7777=?|10=1|";

#[test]
fn pretty_text_has_a_line_for_each_field() {
    let dictionary = dictionary();
    let (frame, fields) = wire(ORDER);
    let expected = "\
8 BeginString = FIX.4.4
9 BodyLength = 0
35 MsgType = D (NewOrderSingle)
49 SenderCompID = A
11 ClOrdID = A1
453 NoPartyIDs = 2
    - 448 PartyID = x
      447 PartyIDSource = D
      452 PartyRole = 1 (ExecutingFirm)
      802 NoPartySubIDs = 1
        - 523 PartySubID = s
          803 PartySubIDType = 2
    - 448 PartyID = y
      452 PartyRole = 4 (ClearingFirm)
55 Symbol = IBM
54 Side = 1 (Buy)
18 ExecInst = 1 G (NotHeld, AllOrNone)
95 RawDataLength = 3
96 RawData = a\\x01b
7777 = ?
10 CheckSum = 1
";
    assert_eq!(pretty(&View::new(&dictionary, &frame, &fields)), expected);
}

#[test]
fn json_goes_both_ways() {
    let dictionary = dictionary();
    let (frame, fields) = wire(ORDER);
    let json = to_json(&View::new(&dictionary, &frame, &fields));
    assert_eq!(
        json,
        concat!(
            r#"{"Header":{"BeginString":"FIX.4.4","BodyLength":"0","MsgType":"D","SenderCompID":"A"},"Body":{"ClOrdID":"A1","#,
            r#""NoPartyIDs":[{"PartyID":"x","PartyIDSource":"D","PartyRole":"1","NoPartySubIDs":[{"PartySubID":"s","PartySubIDType":"2"}]},"#,
            r#"{"PartyID":"y","PartyRole":"4"}],"Symbol":"IBM","Side":"1","ExecInst":"1 G","RawDataLength":"3","RawData":"a\u0001b","7777":"?"},"#,
            r#""Trailer":{"CheckSum":"1"}}"#
        )
    );
    let back = from_json(&dictionary, &json, Charset::Utf8).unwrap();
    let expected: Vec<_> =
        fields.iter().map(|field| (field.tag, frame[field.start as usize..field.end as usize].to_vec())).collect();
    assert_eq!(back, expected);
}

#[test]
fn what_only_faulty_messages_have_survives_as_json() {
    let dictionary = dictionary();
    for (body, expected) in [
        ("453=3|448=x|", r#"{"NoPartyIDs":["3",{"PartyID":"x"}]}"#),
        ("453=x|448=x|448=y|", r#"{"NoPartyIDs":["x",{"PartyID":"x"},{"PartyID":"y"}]}"#),
        ("453=01|448=x|", r#"{"NoPartyIDs":["01",{"PartyID":"x"}]}"#),
        ("453=3|", r#"{"NoPartyIDs":["3"]}"#),
        ("453=0|", r#"{"NoPartyIDs":[]}"#),
        ("453=1|448=x|453=1|448=y|", r#"{"NoPartyIDs":["1",{"PartyID":"x"},"1",{"PartyID":"y"}]}"#),
        ("453=0|453=2|448=y|", r#"{"NoPartyIDs":["0","2",{"PartyID":"y"}]}"#),
        ("55=a|55=b|55=c|", r#"{"Symbol":["a","b","c"]}"#),
        ("453=1|448=x|802=2|523=s|", r#"{"NoPartyIDs":[{"PartyID":"x","NoPartySubIDs":["2",{"PartySubID":"s"}]}]}"#),
    ] {
        let (frame, fields) = wire(&format!("35=D|{body}"));
        let json = to_json(&View::new(&dictionary, &frame, &fields));
        assert!(json.contains(&format!(r#""Body":{expected}"#)), "{body}: {json}");
        let back = from_json(&dictionary, &json, Charset::Utf8).unwrap();
        let expected: Vec<_> =
            fields.iter().map(|field| (field.tag, frame[field.start as usize..field.end as usize].to_vec())).collect();
        assert_eq!(back, expected, "{body}");
    }
}

#[test]
fn json_that_is_no_message_says_where() {
    let dictionary = dictionary();
    for (text, expected) in [
        ("{", "the text is no JSON"),
        ("[]", "a FIX-JSON message is an object"),
        (r#"{"Boddy":{}}"#, "Boddy is no part of a message; did you mean Body?"),
        (r#"{"Body":[]}"#, "Body is not an object"),
        (r#"{"Body":{"Symbl":"x"}}"#, "Body: the dictionary has no field Symbl; did you mean Symbol?"),
        (r#"{"Body":{"NoPartyIDs":[{"PartyRole":1.5}]}}"#, "Body.NoPartyIDs[0].PartyRole: a value is"),
        (r#"{"Body":{"Symbol":null}}"#, "Body.Symbol: a value is"),
        (r#"{"Body":{"055":"x"}}"#, "Body: 055 is no tag: tags are numbers from 1 to 4294967295"),
        (r#"{"Body":{"0":"x"}}"#, "Body: 0 is no tag"),
        (r#"{"Body":{"-1":"x"}}"#, "Body: -1 is no tag"),
        (r#"{"Body":{"4294967296":"x"}}"#, "Body: 4294967296 is no tag"),
        (r#"{"Body":{"-":"x"}}"#, "Body: the dictionary has no field -"),
        (r#"{"Body":{"Symbol":"x","Symbol":"y"}}"#, "Body: Symbol comes twice; values of one field"),
        (r#"{"Body":{"Symbol":"x","55":"y"}}"#, "Body: Symbol and 55 are the same field"),
        (r#"{"Body":{"NoPartyIDs":[{"448":"x","448":"y"}]}}"#, "Body.NoPartyIDs[0]: 448 comes twice"),
        (r#"{"Body":{},"Body":{}}"#, "Body comes twice"),
        (r#"{"Body":{"NoPartyIDs":[{"448":"x"},"1"]}}"#, "Body.NoPartyIDs: a value is"),
        (r#"{"Body":{"NoPartyIDs":["1",{"PartyID":1.5}]}}"#, "Body.NoPartyIDs[0].PartyID: a value is"),
    ] {
        let error = from_json(&dictionary, text, Charset::Utf8).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{text}: {error}");
    }
    let error = from_json(&dictionary, r#"{"Body":{"Symbol":"東"}}"#, Charset::Latin1).unwrap_err();
    assert_eq!(error, JsonError::Charset { path: "Body.Symbol".into() });
    let read =
        from_json(&dictionary, r#"{"Body":{"38":100,"Side":["1","2"],"Symbol":true}}"#, Charset::Latin1).unwrap();
    assert_eq!(read, [(38, b"100".to_vec()), (54, b"1".to_vec()), (54, b"2".to_vec()), (55, b"Y".to_vec())]);
}

#[test]
fn bytes_that_are_no_utf8_survive_as_latin1() {
    let dictionary = dictionary();
    let (mut frame, fields) = wire("8=FIX.4.4|35=D|55=caf?|");
    let end = fields[2].end as usize;
    frame[end - 1] = 0xe9;
    let view = View { charset: Charset::Latin1, ..View::new(&dictionary, &frame, &fields) };
    let back = from_json(&dictionary, &to_json(&view), Charset::Latin1).unwrap();
    assert_eq!(back[2], (55, b"caf\xe9".to_vec()));
}

#[test]
fn two_messages_differ_by_field_and_entry() {
    let dictionary = dictionary();
    let (frame, fields) = wire(ORDER);
    let first = View::new(&dictionary, &frame, &fields);
    assert_eq!(compare(&first, &first, &[]), []);
    let (frame, fields) = wire(
        "8=FIX.4.4|9=7|35=D|49=A|11=A2|54=1|453=3|448=x|447=C|452=1|448=y|452=4|448=z|452=1|18=1 G|95=3|96=a|b|44=1|7777=?|10=2|",
    );
    let second = View::new(&dictionary, &frame, &fields);
    let shown: Vec<_> = compare(&first, &second, &[9, 10]).iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        [
            "~ ClOrdID(11) = A1 -> A2",
            "~ NoPartyIDs(453) = 2 -> 3",
            "~ NoPartyIDs[0].PartyIDSource(447) = D -> C",
            "- NoPartyIDs[0].NoPartySubIDs(802) = 1",
            "- NoPartyIDs[0].NoPartySubIDs[0].PartySubID(523) = s",
            "- NoPartyIDs[0].NoPartySubIDs[0].PartySubIDType(803) = 2",
            "+ NoPartyIDs[2].PartyID(448) = z",
            "+ NoPartyIDs[2].PartyRole(452) = 1",
            "- Symbol(55) = IBM",
            "+ Price(44) = 1",
        ]
    );
}

#[test]
fn secrets_are_masked_unless_asked_for() {
    let dictionary = dictionary();
    let (frame, fields) = wire("8=FIX.4.4|35=A|554=secret|95=3|96=abc|925=new|");
    let view = View::new(&dictionary, &frame, &fields);
    for shown in [pretty(&view), to_json(&view)] {
        assert!(!shown.contains("secret") && !shown.contains("abc") && !shown.contains("new"), "{shown}");
    }
    let open = View { masked: false, ..view };
    assert!(to_json(&open).contains("secret"));
}
