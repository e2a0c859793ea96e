import { describe, expect, it } from "vitest";
import { inside, refusal, Refusal, words } from "./api/client";
import { codeIn, signInByToken } from "./api/signin";
import { age, clock, direction, exact, milliseconds, signed, words as named } from "./format";
import { link, may, routeOf } from "./page";
import { ceiling, linePoints } from "./parts/charts";
import { pauseMs } from "./stream/connection";
import type { FixEventView, MessageView } from "./stream/views";
import { backtestOf } from "./views/events";
import { matches, parseFilter } from "./views/filter";
import { label, steps } from "./views/sequence";
import { equal, parsed, WHOLE, written } from "./weights";

const message = (id: number, more: Partial<MessageView> = {}): MessageView => ({
  id, sessionId: "FIX.4.4:US->BLOOM", direction: "out", seq: id, msgType: "X", name: "MarketDataIncrementalRefresh",
  passedAt: `2026-03-02T14:30:00.${String(id).padStart(3, "0")}Z`, text: "8=FIX.4.4|35=X|278=TECH-IDX|", admin: false, possDup: false, ...more,
});

describe("numbers", () => {
  it.each([
    ["1234567.8900", undefined, "1\u202f234\u202f567.8900"], ["177.5", 4, "177.5000"], ["177.56789", 2, "177.56"], ["-5", undefined, "−5"], ["100", 0, "100"], [null, 2, "–"], ["1E+2", 2, "1E+2"],
  ])("%s with %s places is %s", (text, places, shown) => expect(exact(text, places)).toBe(shown));
  it.each([["1.25", "+1.25"], ["-1.25", "−1.25"], ["0.00", "0.00"], [null, "–"]])("%s signed is %s", (text, shown) => expect(signed(text)).toBe(shown));
  it.each([["0.00", "flat"], ["-0.01", "down"], ["3", "up"], [null, "flat"]])("%s goes %s", (text, way) => expect(direction(text)).toBe(way));
  it.each([[0.25, "0.250 ms"], [12.34, "12.3 ms"], [120.4, "120 ms"], [12_500, "12.5 s"], [null, "–"]])("%s is %s", (value, shown) => expect(milliseconds(value)).toBe(shown));
});

describe("times", () => {
  const now = Date.parse("2026-03-02T14:30:00.000Z");
  it.each([["2026-03-02T14:29:58.500Z", "1 s"], ["2026-03-02T14:20:00.000Z", "10 min"], ["2026-03-02T10:30:00.000Z", "4 h"], ["2026-02-28T14:30:00.000Z", "2 d"], ["2026-03-02T14:30:05.000Z", "0 s"], [null, "–"]])("%s is %s old", (moment, shown) => expect(age(moment, now)).toBe(shown));
  it("a time is shown as it came", () => expect([clock("2026-03-02T14:30:00.123Z"), clock("2026-03-02T14:30:00.123Z", true)]).toEqual(["14:30:00", "14:30:00.123"]));
  it("codes are shown as words", () => expect(named("PENDING_APPROVAL")).toBe("Pending approval"));
});

describe("weights", () => {
  it.each([["33.3333", 333_333], ["50", 500_000], ["0.5", 5000], ["33.33333", null], ["-1", null], ["1e1", null], ["", null]])("%s is %s", (text, value) => expect(parsed(text)).toBe(value));
  it.each([2, 3, 7, 11, 500])("equal weights of %s names make the whole", (names) => {
    const sum = equal(names).reduce((total, weight) => total + (parsed(weight) ?? Number.NaN), 0);
    expect(sum).toBe(WHOLE);
  });
  it("none have none", () => expect(equal(0)).toEqual([]));
  it("a weight is written with four places", () => expect(written(333_333)).toBe("33.3333"));
});

describe("the service's answers", () => {
  it("a refusal is told in our words and in the service's", () => {
    const told = words(refusal(403, { error: "FOUR_EYES_VIOLATION", message: "maker created it.", details: [] }));
    expect(told).toContain("Four eyes");
    expect(told).toContain("maker created it.");
  });
  it.each([[null, "HTTP_502"], ["text", "HTTP_502"], [{ error: "VENDOR_API_ERROR" }, "VENDOR_API_ERROR"]])("of the body %s the code is %s", (body, code) => expect(refusal(502, body).code).toBe(code));
  it("a refusal without words names its status", () => expect(words(new Refusal(418, "X", ""))).toBe("The service answered 418."));
  it("an envelope is opened, and a bare resource stays", () => {
    expect(inside({ success: true, data: { a: 1 } })).toEqual({ a: 1 });
    expect(inside([1])).toEqual([1]);
  });
});

describe("signing in", () => {
  it.each([["#code=abc", "abc"], ["#/code=abc", "abc"], ["#/baskets", null], ["", null]])("in %s the code is %s", (hash, code) => expect(codeIn(hash)).toBe(code));
  it("a token says whose it is", () => {
    const claims = btoa(JSON.stringify({ sub: "anna", roles: ["MAKER", 3], exp: 1_700_000_000 }));
    expect(signInByToken(`x.${claims}.y`)).toMatchObject({ user: "anna", roles: ["MAKER"], expiresAt: "2023-11-14T22:13:20.000Z" });
  });
  it("a token that says nothing is still one", () => expect(signInByToken("opaque")).toMatchObject({ user: "token", roles: [] }));
  it("without roles the service decides alone", () => expect(may(signInByToken("opaque"), "MAKER")).toBe(true));
});

describe("the filter of messages", () => {
  it.each([
    ["", true], ["35=X", true], ["35=W", false], ["35=", true], ["5=X", false], ["out", true], ["in", false], ["session:bloom", true], ["session:other", false], ["tech-idx", true], ["35=X nothing", false],
  ])("%s: %s", (text, found) => expect(matches(parseFilter(text), message(1))).toBe(found));
});

describe("the sequence diagram", () => {
  const event: FixEventView = { id: 3, sessionId: "S", name: "gap_opened", text: "gap opened: begin=5 end=7", happenedAt: message(2).passedAt, severity: "warning", attributes: {} };
  it("draws equal messages one after another as one", () => {
    const [run] = steps([message(1), message(2), message(3)], [], 10);
    expect(label(run!)).toBe("MarketDataIncrementalRefresh (X) 34=1…3 ×3");
  });
  it("keeps the order in which things came, also within one millisecond", () => {
    expect(steps([message(2), message(4, { direction: "in" })], [event], 10).map((step) => step.kind)).toEqual(["message", "event", "message"]);
  });
  it("does not draw twice what is a message already", () => {
    expect(steps([], [{ ...event, name: "reject_received" }], 10)).toEqual([]);
  });
  it("shows the last of many", () => {
    const all = Array.from({ length: 9 }, (_, index) => message(index + 1, { direction: index % 2 ? "in" : "out" }));
    expect(steps(all, [], 4).map(label).at(-1)).toContain("34=9");
  });
  it("says that a message was sent again", () => expect(label(steps([message(1, { possDup: true })], [], 1)[0]!)).toContain("again"));
});

describe("the rest", () => {
  it("waits longer after each failure, but not for ever", () => expect([0, 1, 4, 50].map(pauseMs)).toEqual([500, 1000, 8000, 8000]));
  it.each([[0.3, 0.5], [7, 10], [50, 50], [51, 100], [0, 1]])("above %s is %s", (value, top) => expect(ceiling(value)).toBe(top));
  it("draws a line of equal values in the middle", () => expect(linePoints([5, 5], 10, 8)).toBe("0.0,4.0 10.0,4.0"));
  it("draws nothing of nothing", () => expect(linePoints([], 10, 8)).toBe(""));
  it("a route and its link agree", () => expect(routeOf(link("sessions", "FIX.4.4:US->BLOOM/1"))).toEqual(["sessions", "FIX.4.4:US->BLOOM/1"]));
  it("a route that is no text stays as it is", () => expect(routeOf("#/baskets/%E0%A4%A")).toEqual(["baskets", "%E0%A4%A"]));
  it("a back-test ends today and begins a year before", () => expect(backtestOf("USD", "2028-02-29")).toMatchObject({ startDate: "2027-02-28", endDate: "2028-02-29" }));
});
