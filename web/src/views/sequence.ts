// The sequence diagram of a session: its messages and what happened on it, in the order in which they came.

import type { FixEventView, MessageView } from "../stream/views";

export type Step =
  | { readonly kind: "message"; readonly at: string; readonly message: MessageView }
  | { readonly kind: "event"; readonly at: string; readonly event: FixEventView }
  | { readonly kind: "run"; readonly at: string; readonly first: MessageView; readonly last: MessageView; readonly times: number };

// What is drawn as a message already.
const DRAWN = new Set(["reject_received", "business_reject_received", "rejected", "resend_requested"]);

/** The last steps, oldest first; heartbeats and equal messages one after another in one direction are drawn as one. */
export function steps(messages: readonly MessageView[], events: readonly FixEventView[], most: number): readonly Step[] {
  const all: Step[] = [
    ...messages.map((message): Step => ({ kind: "message", at: message.passedAt, message })),
    ...events.filter((event) => !DRAWN.has(event.name)).map((event): Step => ({ kind: "event", at: event.happenedAt, event })),
  ];
  all.sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : number(one) - number(other)));
  const folded: Step[] = [];
  for (const step of all) {
    const before = folded.at(-1);
    if (step.kind === "message" && before !== undefined && before.kind !== "event") {
      const last = before.kind === "message" ? before.message : before.last;
      if (last.msgType === step.message.msgType && last.direction === step.message.direction && last.possDup === step.message.possDup) {
        const first = before.kind === "message" ? before.message : before.first;
        folded[folded.length - 1] = { kind: "run", at: before.at, first, last: step.message, times: (before.kind === "run" ? before.times : 1) + 1 };
        continue;
      }
    }
    folded.push(step);
  }
  return folded.slice(-most);
}

function number(step: Step): number {
  return step.kind === "message" ? step.message.id : step.kind === "event" ? step.event.id : step.first.id;
}

export function label(step: Step): string {
  if (step.kind === "event") return step.event.text;
  const first = step.kind === "message" ? step.message : step.first;
  const numbers = step.kind === "message" ? `${first.seq ?? "–"}` : `${first.seq ?? "–"}…${step.last.seq ?? "–"}`;
  return `${first.name ?? `35=${first.msgType}`} (${first.msgType}) 34=${numbers}${step.kind === "run" ? ` ×${step.times}` : ""}${first.possDup ? " again" : ""}`;
}
