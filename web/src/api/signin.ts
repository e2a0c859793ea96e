// Who the page speaks for: signed in by the demo's one-time link, or by a token that a person brings.

import { call } from "./client";

export interface SignIn {
  readonly token: string;
  readonly user: string;
  readonly roles: readonly string[];
  /** Between whom the page may switch; the demo alone names any. */
  readonly users: readonly string[];
  readonly expiresAt: string | null;
}

const KEPT = "fixplus.signin";

/** The word of a one-time link, `#code=WORD`. */
export function codeIn(fragment: string): string | null {
  return new URLSearchParams(fragment.replace(/^#\/?/, "")).get("code");
}

export async function signInByCode(code: string): Promise<SignIn> {
  return call<SignIn>("/demo/signin", { method: "POST", body: { code } });
}

export async function switchUser(signIn: SignIn, user: string): Promise<SignIn> {
  return call<SignIn>("/demo/switch", { method: "POST", body: { user }, token: signIn.token });
}

/** What a token says of itself. It is not checked here: it only decides which buttons are shown. */
export function signInByToken(token: string): SignIn {
  let claims: Record<string, unknown> = {};
  try {
    const part = token.split(".")[1] ?? "";
    const bytes = Uint8Array.from(atob(part.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
    claims = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
  } catch {
    claims = {};
  }
  const roles = Array.isArray(claims["roles"]) ? claims["roles"].filter((role): role is string => typeof role === "string") : [];
  const seconds = typeof claims["exp"] === "number" ? claims["exp"] : null;
  return {
    token, roles, users: [],
    user: typeof claims["sub"] === "string" ? claims["sub"] : "token",
    expiresAt: seconds === null ? null : new Date(seconds * 1000).toISOString(),
  };
}

/** A reload stays signed in; another tab or a closed one does not. */
export function keep(signIn: SignIn | null): void {
  if (signIn === null) sessionStorage.removeItem(KEPT);
  else sessionStorage.setItem(KEPT, JSON.stringify(signIn));
}

export function kept(): SignIn | null {
  try {
    const found = JSON.parse(sessionStorage.getItem(KEPT) ?? "null") as SignIn | null;
    return found !== null && typeof found.token === "string" ? found : null;
  } catch {
    return null;
  }
}
