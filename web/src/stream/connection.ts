// One WebSocket to the service: the token first, then frames; lost, it is opened again, and the state begins with a snapshot.

import { after, FrameError, type Frame, type Held } from "./state";

export type Link =
  | { readonly kind: "off" }
  | { readonly kind: "connecting" }
  | { readonly kind: "live" }
  | { readonly kind: "lost"; readonly since: number; readonly reason: string }
  | { readonly kind: "refused"; readonly reason: string };

export interface Shown {
  readonly link: Link;
  readonly held: Held | null;
  /** By how much the service's clock is ahead of ours, in milliseconds. */
  readonly aheadMs: number;
}

const REFUSED = 4401;
// The service says something at least every five seconds.
const SILENCE_MS = 12_000;

/** How long to wait before the attempt after so many failures. */
export function pauseMs(failures: number): number {
  return Math.min(500 * 2 ** failures, 8000);
}

export class Connection {
  private socket: WebSocket | null = null;
  private token: string | null = null;
  private failures = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private silence: ReturnType<typeof setTimeout> | undefined;
  private shown: Shown = { link: { kind: "off" }, held: null, aheadMs: 0 };
  private readonly listeners = new Set<() => void>();

  constructor(private readonly url: string) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): Shown => this.shown;

  /** Follow as whoever this token names; on an open socket the service answers with a new snapshot. */
  follow(token: string): void {
    this.token = token;
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ token }));
    else this.open();
  }

  /** Stop, and forget what was held. */
  stop(): void {
    this.token = null;
    this.drop();
    this.show({ link: { kind: "off" }, held: null });
  }

  /** Break the connection as a network would; it is opened again. */
  cut(): void {
    this.socket?.close();
  }

  private open(): void {
    this.drop();
    if (this.shown.link.kind !== "lost") this.show({ link: { kind: "connecting" } });
    const socket = new WebSocket(this.url);
    this.socket = socket;
    socket.onopen = () => {
      socket.send(JSON.stringify({ token: this.token }));
      this.listen();
    };
    socket.onmessage = (event: MessageEvent<string>) => this.take(event.data);
    socket.onclose = (event) => this.closed(event.code, event.reason);
  }

  private take(text: string): void {
    this.listen();
    try {
      const frame = JSON.parse(text) as Frame;
      const held = after(this.shown.held, frame);
      this.failures = 0;
      this.show({ link: { kind: "live" }, held, aheadMs: Date.parse(frame.at) - Date.now() });
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.closed(1002, "something was missed");
    }
  }

  private closed(code: number, reason: string): void {
    this.drop();
    if (this.token === null) return;
    if (code === REFUSED) {
      this.token = null;
      this.show({ link: { kind: "refused", reason: reason || "the sign-in is not valid" } });
      return;
    }
    const before = this.shown.link;
    this.show({ link: { kind: "lost", since: before.kind === "lost" ? before.since : Date.now(), reason } });
    this.retry = setTimeout(() => this.open(), pauseMs(this.failures++));
  }

  private listen(): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.closed(1001, "the service is silent"), SILENCE_MS);
  }

  private drop(): void {
    clearTimeout(this.retry);
    clearTimeout(this.silence);
    const socket = this.socket;
    this.socket = null;
    if (socket === null) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  private show(change: Partial<Shown>): void {
    this.shown = { ...this.shown, ...change };
    this.listeners.forEach((listener) => listener());
  }
}
