import { describe, expect, it } from "vitest";
import { after, changed, FrameError, type Frame, type Held } from "./state";

const AT = "2026-03-02T14:30:00.000Z";
const snapshot = (state: object, seq = 1): Frame => ({ type: "snapshot", epoch: "one", seq, at: AT, state });
const delta = (since: number, seq: number, changes: readonly { path: string[]; value?: unknown }[]): Frame => ({ type: "delta", epoch: "one", seq, at: AT, since, changes });

describe("frames", () => {
  it("a delta changes what it names, and leaves all else the same object", () => {
    const first = after(null, snapshot({ baskets: { A: { level: "1" }, B: { level: "2" } } }));
    const second = after(first, delta(1, 4, [{ path: ["baskets", "A", "level"], value: "3" }]));
    expect(second.state.baskets).toEqual({ A: { level: "3" }, B: { level: "2" } });
    expect(second.state.baskets["B"]).toBe(first.state.baskets["B"]);
    expect(second.seq).toBe(4);
  });

  it("a change without a value takes away", () => {
    const first = after(null, snapshot({ baskets: { A: {}, B: {} } }));
    expect(after(first, delta(1, 2, [{ path: ["baskets", "A"] }])).state.baskets).toEqual({ B: {} });
    expect(after(first, delta(1, 2, [{ path: ["baskets", "C", "deep"] }])).state.baskets).toEqual({ A: {}, B: {} });
  });

  it("a change makes what is missing on its way", () => {
    expect(changed({}, ["constituents", "A", "IBM"], { path: [], value: 1 })).toEqual({ constituents: { A: { IBM: 1 } } });
  });

  it.each([
    ["a delta before a snapshot", null, delta(1, 2, [])],
    ["a delta after a gap", after(null, snapshot({})), delta(2, 3, [])],
    ["a delta of another life", after(null, snapshot({})), { ...delta(1, 2, []), epoch: "two" } as Frame],
    ["a beat after a gap", after(null, snapshot({})), { type: "beat", epoch: "one", seq: 9, at: AT } as Frame],
  ] as [string, Held | null, Frame][])("%s is refused", (_, held, frame) => {
    expect(() => after(held, frame)).toThrow(FrameError);
  });

  it("a beat tells the time and nothing else", () => {
    const first = after(null, snapshot({ baskets: { A: {} } }));
    const later = after(first, { type: "beat", epoch: "one", seq: 1, at: "2026-03-02T14:30:05.000Z" });
    expect(later.state).toBe(first.state);
    expect(later.at).toBe("2026-03-02T14:30:05.000Z");
  });

  it("a change that names no place is refused", () => {
    expect(() => changed({}, [], { path: [], value: 1 })).toThrow(FrameError);
  });
});
