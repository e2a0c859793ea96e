// What a person may do with a basket: the event of its life, and the call that brings it about.

export interface Action {
  /** As the service names it among the allowed transitions. */
  readonly event: string;
  readonly title: string;
  /** Below the path of the basket. */
  readonly path: string;
  readonly method?: "POST" | "DELETE";
  readonly body?: (said: string, approvalId: string | null) => unknown;
  /** What is asked first: nothing, words, or the basket's code where it cannot be taken back. */
  readonly asks: "nothing" | "words" | "code";
  readonly needed?: boolean;
  readonly question?: string;
  readonly warning?: string;
  readonly tone: "" | "main" | "danger";
  readonly done: string;
}

const decided = (decision: string) => (said: string, approvalId: string | null) => ({
  decision, comments: said, ...(approvalId === null ? {} : { approvalId }),
});
const reasoned = (event: string) => (said: string) => ({ event, reason: said });

export const ACTIONS: readonly Action[] = [
  { event: "TRIGGER_BACKTEST", title: "Back-test", path: "/backtest", asks: "nothing", tone: "main", done: "the back-test runs." },
  { event: "SUBMIT_FOR_APPROVAL", title: "Submit", path: "/submit", body: (said) => ({ approvalType: "SINGLE", priority: "NORMAL", comments: said }), asks: "words", question: "What should the approver know?", tone: "main", done: "submitted for approval." },
  { event: "APPROVE", title: "Approve", path: "/approve", body: decided("APPROVE"), asks: "words", tone: "main", done: "approved." },
  { event: "REJECT", title: "Reject", path: "/reject", body: decided("REJECT"), asks: "words", needed: true, question: "Why?", tone: "danger", done: "rejected." },
  { event: "WITHDRAW_SUBMISSION", title: "Withdraw", path: "/withdraw", body: (said) => ({ reason: said }), asks: "words", question: "Why?", tone: "", done: "withdrawn." },
  { event: "RETRY_LISTING", title: "List again", path: "/transition", body: reasoned("RETRY_LISTING"), asks: "nothing", tone: "main", done: "listing begins again." },
  { event: "ADMIN_SUSPEND", title: "Suspend", path: "/transition", body: reasoned("ADMIN_SUSPEND"), asks: "words", needed: true, question: "Why?", tone: "danger", done: "suspended." },
  { event: "ADMIN_RESUME", title: "Resume", path: "/transition", body: reasoned("ADMIN_RESUME"), asks: "words", question: "Why?", tone: "main", done: "resumed." },
  { event: "ADMIN_DELIST", title: "Delist", path: "/transition", body: reasoned("ADMIN_DELIST"), asks: "code", warning: "Its vendors are told that it is delisted. This cannot be taken back.", tone: "danger", done: "delisted." },
  { event: "DELETE", title: "Delete", path: "", method: "DELETE", asks: "code", warning: "Its code stays taken. This cannot be taken back.", tone: "danger", done: "deleted." },
];

/** A back-test of the last year, on which an approver can judge. */
export function backtestOf(currency: string, today: string): unknown {
  const year = Number(today.slice(0, 4)) - 1;
  // The 29th of February has no twin a year before.
  const start = `${year}${today.slice(4) === "-02-29" ? "-02-28" : today.slice(4)}`;
  return { startDate: start, endDate: today, initialValue: "1000000", currency, benchmarkIndices: [], rebalancingFrequency: "QUARTERLY", transactionCost: "0" };
}
