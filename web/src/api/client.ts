// The service's REST interface: one call, its token, its key against doubles, and its refusals in words.

export interface Detail {
  readonly field?: string | null;
  readonly message?: string;
  readonly code?: string;
}

/** The service, or the way to it, said no. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: readonly Detail[] = [],
  ) {
    super(message);
  }
}

const WORDS: Readonly<Record<string, string>> = {
  UNAUTHORIZED: "The sign-in is not valid any more.",
  FORBIDDEN: "This user may not do that.",
  FOUR_EYES_VIOLATION: "Four eyes: whoever created, changed or submitted this version cannot release it.",
  ALREADY_DECIDED: "This person has decided already.",
  INVALID_STATE_TRANSITION: "The basket is in another state by now.",
  CONCURRENT_MODIFICATION: "Somebody else changed it in the meantime.",
  PRECONDITION_FAILED: "Somebody else changed it in the meantime.",
  DUPLICATE_RESOURCE: "There is one of this code already.",
  RATE_LIMIT_EXCEEDED: "Too many requests: wait a moment.",
  FIX_SESSION_DOWN: "The FIX session is not logged on.",
  CIRCUIT_BREAKER_OPEN: "The vendor's breaker is open: nothing is sent for now.",
  MARKET_DATA_UNAVAILABLE: "No usable prices right now.",
  IDEMPOTENCY_IN_PROGRESS: "The same request is still running.",
};

/** What a person is told of a refusal: our words for its code, then the service's own where they add something. */
export function words(error: unknown): string {
  if (!(error instanceof Refusal)) return error instanceof Error ? error.message : String(error);
  const ours = WORDS[error.code];
  const parts = [ours, error.message !== ours ? error.message : undefined].filter(Boolean);
  return parts.length > 0 ? parts.join(" ") : `The service answered ${error.status}.`;
}

interface Body {
  readonly error?: string;
  readonly message?: string;
  readonly details?: readonly Detail[];
}

export function refusal(status: number, body: unknown): Refusal {
  const said = (typeof body === "object" && body !== null ? body : {}) as Body;
  return new Refusal(status, said.error ?? `HTTP_${status}`, said.message ?? "", Array.isArray(said.details) ? said.details : []);
}

/** The resource inside an envelope, or the body where there is none. */
export function inside(body: unknown): unknown {
  const envelope = body as { success?: unknown; data?: unknown } | null;
  return typeof envelope === "object" && envelope !== null && "success" in envelope && "data" in envelope ? envelope.data : body;
}

export interface Call {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly body?: unknown;
  readonly token?: string | null;
  /** Makes a repeated POST one. */
  readonly key?: string;
  readonly signal?: AbortSignal;
}

export async function call<T>(path: string, { method = "GET", body, token, key, signal }: Call = {}): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (token) headers["Authorization"] = `Bearer ${token}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (method === "POST") headers["Idempotency-Key"] = key ?? crypto.randomUUID();
  let answer: Response;
  try {
    answer = await fetch(`/api/v1${path}`, {
      method, headers, cache: "no-store",
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Refusal(0, "UNREACHABLE", "The service cannot be reached.");
  }
  const text = await answer.text();
  let told: unknown = null;
  try {
    told = text === "" ? null : JSON.parse(text);
  } catch {
    told = { message: `The answer (${answer.status}) is no JSON.` };
  }
  if (!answer.ok) throw refusal(answer.status, told);
  return inside(told) as T;
}
