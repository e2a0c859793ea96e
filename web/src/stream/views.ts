// Written by tools/generators/page_types.py from the views of the service. Change those.

/** A decimal as text: it is shown as it came and never computed with. */
export type Exact = string;
/** A time as RFC 3339 with Z and milliseconds. */
export type Moment = string;

export interface ServiceView {
  readonly name: string;
  readonly version: string;
  readonly profile: string;
  readonly mode: string;
  readonly roles: readonly string[];
  readonly startedAt: Moment;
  readonly simulated: boolean;
  readonly note: string | null;
  readonly users: readonly string[];
  readonly intervalMs: number;
  readonly published: number;
  readonly skipped: number;
  readonly freshSeconds: number;
  readonly maxAgeSeconds: number;
}

export interface VendorStatusView {
  readonly vendor: string;
  readonly required: boolean;
  readonly listing: string | null;
  readonly price: string | null;
  readonly reason: string | null;
  readonly sentAt: Moment | null;
  readonly msgSeqNum: number | null;
}

export interface BasketView {
  readonly basketCode: string;
  readonly basketId: string;
  readonly basketName: string;
  readonly basketType: string;
  readonly baseCurrency: string;
  readonly status: string;
  readonly pricingState: string;
  readonly version: string;
  readonly entityVersion: number;
  readonly description: string | null;
  readonly createdBy: string | null;
  readonly updatedBy: string | null;
  readonly constituentCount: number;
  readonly method: string | null;
  readonly level: Exact | null;
  readonly change: Exact | null;
  readonly changePercentage: Exact | null;
  readonly quality: string | null;
  readonly staleDataCount: number;
  readonly withheld: string | null;
  readonly valuedAt: Moment | null;
  readonly publishedAt: Moment | null;
  readonly spark: readonly Exact[];
  readonly vendors: readonly VendorStatusView[];
  readonly simulated: boolean;
}

export interface ConstituentView {
  readonly basketCode: string;
  readonly symbol: string;
  readonly symbolName: string | null;
  readonly weight: Exact | null;
  readonly currentWeight: Exact | null;
  readonly units: Exact | null;
  readonly price: Exact | null;
  readonly bid: Exact | null;
  readonly ask: Exact | null;
  readonly currency: string | null;
  readonly changePercentage: Exact | null;
  readonly value: Exact | null;
  readonly contribution: Exact | null;
  readonly source: string | null;
  readonly sourceAt: Moment | null;
  readonly freshness: "FRESH" | "AGED" | "EXPIRED" | null;
  readonly quality: string | null;
  readonly policy: string | null;
  readonly issues: readonly string[];
  readonly halted: boolean;
  readonly fallback: boolean;
  readonly simulated: boolean;
}

export interface DecisionView {
  readonly approver: string;
  readonly decision: string;
  readonly comments: string | null;
  readonly decidedAt: Moment;
}

export interface ApprovalView {
  readonly approvalId: string;
  readonly basketCode: string;
  readonly approvalType: string;
  readonly priority: string;
  readonly status: string;
  readonly submittedBy: string;
  readonly submittedAt: Moment;
  readonly comments: string | null;
  readonly decisions: readonly DecisionView[];
  readonly slaDeadlineAt: Moment | null;
  readonly slaStatus: string | null;
}

export interface VendorView {
  readonly vendor: string;
  readonly kind: string;
  readonly status: string;
  readonly breaker: "CLOSED" | "OPEN" | "HALF_OPEN";
  readonly heartbeatAt: Moment | null;
  readonly responseTimeMs: number | null;
  readonly errorRate: number | null;
  readonly consecutiveFailures: number;
  readonly sent: number;
  readonly confirmed: number;
  readonly rejected: number;
  readonly failed: number;
  readonly superseded: number;
  readonly waiting: number | null;
  readonly rate: number | null;
  readonly sessionId: string | null;
  readonly detail: string | null;
  readonly simulated: boolean;
}

export interface SourceView {
  readonly name: string;
  readonly priority: number;
  readonly status: string;
  readonly breaker: "CLOSED" | "OPEN" | "HALF_OPEN";
  readonly connected: boolean;
  readonly heardAt: Moment | null;
  readonly responseTimeMs: number | null;
  readonly succeeded: number;
  readonly failed: number;
  readonly subscriptions: number | null;
  readonly ticks: number | null;
  readonly budgetRemaining: number | null;
  readonly detail: string | null;
  readonly simulated: boolean;
}

export interface SessionView {
  readonly sessionId: string;
  readonly beginString: string;
  readonly senderCompId: string;
  readonly targetCompId: string;
  readonly role: "initiator" | "acceptor";
  readonly state: string;
  readonly connected: boolean;
  readonly loggedOn: boolean;
  readonly nextIn: number;
  readonly nextOut: number;
  readonly gapFrom: number | null;
  readonly gapTo: number | null;
  readonly sent: number;
  readonly received: number;
  readonly rejects: number;
  readonly resends: number;
  readonly errors: number;
  readonly heartBtInt: number | null;
  readonly peer: string | null;
  readonly vendor: string | null;
  readonly connectedAt: Moment | null;
  readonly disconnectedAt: Moment | null;
  readonly sentAt: Moment | null;
  readonly receivedAt: Moment | null;
  readonly logoutText: string | null;
  readonly simulated: boolean;
}

export interface MessageView {
  readonly id: number;
  readonly sessionId: string;
  readonly direction: "in" | "out";
  readonly seq: number | null;
  readonly msgType: string;
  readonly name: string | null;
  readonly passedAt: Moment;
  readonly text: string;
  readonly admin: boolean;
  readonly possDup: boolean;
}

export interface LatencyPoint {
  readonly endedAt: Moment;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly count: number;
}

export interface LatencyView {
  readonly name: string;
  readonly title: string;
  readonly goalMs: number | null;
  readonly count: number;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly highest: number | null;
  readonly points: readonly LatencyPoint[];
}

export interface FixEventView {
  readonly id: number;
  readonly sessionId: string;
  readonly name: string;
  readonly text: string;
  readonly happenedAt: Moment;
  readonly severity: "info" | "warning" | "error";
  readonly attributes: Readonly<Record<string, string | number | boolean | null>>;
}

export interface DecodedField {
  readonly tag: number;
  readonly name: string | null;
  readonly value: string;
  readonly meaning: string | null;
}

export interface DecodedMessage {
  readonly msgType: string;
  readonly name: string | null;
  readonly admin: boolean;
  readonly text: string;
  readonly fields: readonly DecodedField[];
  readonly faults: readonly string[];
}

export interface PageState {
  readonly service: Partial<ServiceView>;
  readonly baskets: Readonly<Record<string, BasketView>>;
  readonly constituents: Readonly<Record<string, Readonly<Record<string, ConstituentView>>>>;
  readonly approvals: Readonly<Record<string, ApprovalView>>;
  readonly vendors: Readonly<Record<string, VendorView>>;
  readonly sources: Readonly<Record<string, SourceView>>;
  readonly sessions: Readonly<Record<string, SessionView>>;
  readonly messages: Readonly<Record<string, MessageView>>;
  readonly latency: Readonly<Record<string, LatencyView>>;
  readonly fix_events: Readonly<Record<string, FixEventView>>;
}
