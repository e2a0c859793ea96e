// What the page holds of the service's state, and how a frame changes it. Pure: tests prove it against recorded frames.

import type { PageState } from "./views";

export interface Change {
  readonly path: readonly string[];
  readonly value?: unknown;
}

export type Frame =
  | { readonly type: "snapshot"; readonly epoch: string; readonly seq: number; readonly at: string; readonly state: Partial<PageState> }
  | { readonly type: "delta"; readonly epoch: string; readonly seq: number; readonly at: string; readonly since: number; readonly changes: readonly Change[] }
  | { readonly type: "beat"; readonly epoch: string; readonly seq: number; readonly at: string };

export interface Held {
  readonly epoch: string;
  readonly seq: number;
  /** The service's time of the last frame. */
  readonly at: string;
  readonly state: PageState;
}

export const NOTHING: PageState = {
  service: {}, baskets: {}, constituents: {}, approvals: {}, vendors: {}, sources: {}, sessions: {}, messages: {}, latency: {}, fix_events: {},
};

/** A frame does not continue what came before: the page must begin anew. */
export class FrameError extends Error {}

type Tree = Readonly<Record<string, unknown>>;

/** A copy of a tree with another value at one place; what is not on the way stays the same object. */
export function changed(tree: Tree, path: readonly string[], change: Change): Tree {
  const [step, ...rest] = path;
  if (step === undefined) throw new FrameError("a change names no place");
  const { [step]: below, ...others } = tree;
  if (rest.length === 0) return "value" in change ? { ...tree, [step]: change.value } : others;
  const branch = (typeof below === "object" && below !== null && !Array.isArray(below) ? below : undefined) as Tree | undefined;
  if (branch === undefined && !("value" in change)) return tree;
  return { ...tree, [step]: changed(branch ?? {}, rest, change) };
}

/** What the page holds after a frame. */
export function after(held: Held | null, frame: Frame): Held {
  const about = { epoch: frame.epoch, seq: frame.seq, at: frame.at };
  if (frame.type === "snapshot") return { ...about, state: { ...NOTHING, ...frame.state } };
  const expected = frame.type === "delta" ? frame.since : frame.seq;
  if (held === null || frame.epoch !== held.epoch || expected !== held.seq) {
    throw new FrameError(`expected ${held?.epoch ?? "a snapshot"}/${held?.seq ?? ""}, received ${frame.epoch}/${expected}`);
  }
  if (frame.type === "beat") return { ...held, at: frame.at };
  const state = frame.changes.reduce<Tree>((tree, one) => changed(tree, one.path, one), held.state as unknown as Tree);
  return { ...about, state: state as unknown as PageState };
}
