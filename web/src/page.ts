// What every part of the page may ask for.

import { createContext, useContext, useEffect, useState } from "react";
import type { SignIn } from "./api/signin";
import type { PageState } from "./stream/views";

export interface Notice {
  readonly id: number;
  readonly kind: "done" | "refused";
  readonly text: string;
}

export interface Page {
  readonly state: PageState;
  readonly signIn: SignIn;
  readonly live: boolean;
  /** The service's time now, in milliseconds. */
  readonly nowMs: () => number;
  readonly tell: (kind: Notice["kind"], text: string) => void;
}

export const PageContext = createContext<Page | null>(null);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === null) throw new Error("no page around this");
  return page;
}

/** The service's time, told anew every second. */
export function useNow(): number {
  const { nowMs } = usePage();
  const [now, set] = useState(nowMs);
  useEffect(() => {
    const timer = setInterval(() => set(nowMs()), 1000);
    return () => clearInterval(timer);
  }, [nowMs]);
  // A frame may have come since the last second.
  return Math.max(now, nowMs() - 1000);
}

/** What stands after `#/` in the address, in parts; links change it, and so do back and forward. */
export function useRoute(): readonly string[] {
  const [hash, set] = useState(location.hash);
  useEffect(() => {
    const listen = () => set(location.hash);
    addEventListener("hashchange", listen);
    return () => removeEventListener("hashchange", listen);
  }, []);
  return routeOf(hash);
}

export function routeOf(hash: string): readonly string[] {
  return hash.replace(/^#\/?/, "").split("/").filter(Boolean).map((part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  });
}

export function link(...parts: readonly string[]): string {
  return `#/${parts.map(encodeURIComponent).join("/")}`;
}

export function may(signIn: SignIn, ...roles: readonly string[]): boolean {
  return signIn.roles.length === 0 || roles.some((role) => signIn.roles.includes(role));
}
