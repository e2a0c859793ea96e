import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore, type ReactNode } from "react";
import { words } from "./api/client";
import { codeIn, keep, kept, signInByCode, switchUser, type SignIn } from "./api/signin";
import { clock } from "./format";
import { link, PageContext, useRoute, type Notice, type Page } from "./page";
import { Simulated } from "./parts/basics";
import type { Connection, Link } from "./stream/connection";
import { NOTHING } from "./stream/state";
import { Baskets } from "./views/baskets";
import { Latency } from "./views/latency";
import { Messages } from "./views/messages";
import { Sessions } from "./views/sessions";
import { SignInCard } from "./views/sign_in";
import { Vendors } from "./views/vendors";

const PLACES: readonly (readonly [string, string])[] = [
  ["baskets", "Baskets"],
  ["sessions", "FIX sessions"],
  ["messages", "Messages"],
  ["vendors", "Vendors and sources"],
  ["latency", "Latency"],
];

// Before a token ends it is renewed, where the issuer is the demo's.
const RENEW_BEFORE_MS = 120_000;

export function App({ connection }: { connection: Connection }) {
  const shown = useSyncExternalStore(connection.subscribe, connection.snapshot);
  const [signIn, setSignIn] = useState<SignIn | null>(null);
  const [why, setWhy] = useState<string | null>(null);
  const [busy, setBusy] = useState(true);
  const [notices, setNotices] = useState<readonly Notice[]>([]);
  const numbers = useRef(0);
  const route = useRoute();

  const tell = useCallback((kind: Notice["kind"], text: string) => {
    const id = ++numbers.current;
    setNotices((known) => [...known.slice(-3), { id, kind, text }]);
    setTimeout(() => setNotices((known) => known.filter((one) => one.id !== id)), kind === "done" ? 5000 : 12_000);
  }, []);

  const enter = useCallback((next: SignIn) => {
    keep(next);
    setSignIn(next);
    setWhy(null);
    connection.follow(next.token);
  }, [connection]);

  const leave = useCallback((reason: string | null) => {
    keep(null);
    setSignIn(null);
    setWhy(reason);
    connection.stop();
  }, [connection]);

  // Once, at the start: by the link that was opened, or as before the reload. A link signs in once: it leaves the address.
  const started = useRef(false);
  useEffect(() => {
    if (started.current) return;
    started.current = true;
    const code = codeIn(location.hash);
    if (code !== null) {
      history.replaceState(null, "", link("baskets"));
      dispatchEvent(new HashChangeEvent("hashchange"));
      signInByCode(code).then(enter, (error: unknown) => leave(words(error))).finally(() => setBusy(false));
      return;
    }
    const before = kept();
    if (before !== null) enter(before);
    setBusy(false);
  }, [enter, leave]);

  useEffect(() => {
    if (shown.link.kind === "refused") leave(`Signed out: ${shown.link.reason}.`);
  }, [shown.link, leave]);

  const change = useCallback(async (user: string) => {
    if (signIn === null) return;
    try {
      enter(await switchUser(signIn, user));
    } catch (error) {
      tell("refused", words(error));
    }
  }, [signIn, enter, tell]);

  useEffect(() => {
    if (signIn === null || signIn.expiresAt === null || !signIn.users.includes(signIn.user)) return;
    const timer = setTimeout(() => void change(signIn.user), Math.max(5000, Date.parse(signIn.expiresAt) - Date.now() - RENEW_BEFORE_MS));
    return () => clearTimeout(timer);
  }, [signIn, change]);

  const ahead = useRef(0);
  ahead.current = shown.aheadMs;
  const nowMs = useCallback(() => Date.now() + ahead.current, []);
  const state = shown.held?.state ?? NOTHING;
  const live = shown.link.kind === "live";
  const page = useMemo<Page | null>(() => (signIn === null ? null : { state, signIn, live, nowMs, tell }), [state, signIn, live, nowMs, tell]);

  if (page === null) return <SignInCard busy={busy} why={why} onToken={enter} onCode={(code) => void signInByCode(code).then(enter, (error: unknown) => setWhy(words(error)))} />;
  const [place = "baskets", ...rest] = route;
  return (
    <PageContext value={page}>
      <a className="skip" href="#content">Skip to the content</a>
      <header className="top">
        <div className="title">
          <h1>{state.service.name ?? "PyFixMsg Plus"}</h1>
          {state.service.simulated ? <Simulated title={state.service.note ?? "Prices or vendors are simulated."} /> : null}
        </div>
        <div className="who">
          <LinkState link={shown.link} at={shown.held?.at ?? null} />
          <Users signIn={page.signIn} onChange={(user) => void change(user)} />
          <Theme />
          <button type="button" className="quiet" onClick={() => leave(null)}>Sign out</button>
        </div>
        <nav aria-label="Parts of the page">
          {PLACES.map(([name, title]) => (
            <a key={name} href={link(name)} aria-current={place === name ? "page" : undefined}>
              {title}<Alarm place={name} page={page} />
            </a>
          ))}
        </nav>
      </header>
      {shown.link.kind === "lost" ? (
        <p className="banner" role="status">
          Disconnected{shown.link.reason ? `: ${shown.link.reason}` : ""}. What is shown is of {clock(shown.held?.at)} UTC; trying again.
        </p>
      ) : null}
      <main id="content" tabIndex={-1} className={live ? "" : "old"} aria-busy={shown.held === null}>
        {shown.held === null ? <Loading /> : <Place name={place} rest={rest} />}
      </main>
      <div className="notices" role="log" aria-live="polite">
        {notices.map((notice) => (
          <p key={notice.id} className={`notice ${notice.kind}`}>
            {notice.text}
            <button type="button" className="quiet" aria-label="Close" onClick={() => setNotices((known) => known.filter((one) => one.id !== notice.id))}>×</button>
          </p>
        ))}
      </div>
    </PageContext>
  );
}

function Place({ name, rest }: { name: string; rest: readonly string[] }): ReactNode {
  switch (name) {
    case "baskets": return <Baskets code={rest[0] ?? null} />;
    case "sessions": return <Sessions id={rest[0] ?? null} />;
    case "messages": return <Messages />;
    case "vendors": return <Vendors />;
    case "latency": return <Latency />;
    default: return <p className="empty">There is nothing here. <a href={link("baskets")}>To the baskets</a></p>;
  }
}

function Loading() {
  return (
    <div className="panel" role="status">
      <p className="empty">Waiting for the first state of the service …</p>
      {[0, 1, 2].map((row) => <div key={row} className="bone" />)}
    </div>
  );
}

/** A red mark at what asks to be looked at. */
function Alarm({ place, page }: { place: string; page: Page }) {
  const { sessions, vendors, sources, baskets, approvals } = page.state;
  const numbers: Record<string, number> = {
    sessions: Object.values(sessions).filter((one) => !one.loggedOn).length,
    vendors: Object.values(vendors).filter((one) => one.status === "UNHEALTHY").length + Object.values(sources).filter((one) => one.status === "DOWN").length,
    baskets: Object.values(baskets).filter((one) => one.status === "ACTIVE" && one.pricingState === "WITHHELD").length,
  };
  const trouble = numbers[place] ?? 0;
  if (trouble > 0) return <span className="count bad" title="need attention">{trouble}</span>;
  const waiting = place === "baskets" ? Object.values(approvals).filter((one) => one.status === "PENDING").length : 0;
  return waiting > 0 ? <span className="count" title="wait for approval">{waiting}</span> : null;
}

function LinkState({ link: now, at }: { link: Link; at: string | null }) {
  const told = { off: "signed out", connecting: "connecting", live: "live", lost: "disconnected", refused: "signed out" }[now.kind];
  return (
    <span className={`link ${now.kind}`} role="status" data-testid="link">
      <span className="dot" aria-hidden="true" />{told}<span className="at">{clock(at)} UTC</span>
    </span>
  );
}

function Users({ signIn, onChange }: { signIn: SignIn; onChange: (user: string) => void }) {
  if (signIn.users.length < 2) return <span className="user">{signIn.user}</span>;
  return (
    <div className="switch" role="group" aria-label="User">
      {signIn.users.map((user) => (
        <button key={user} type="button" aria-pressed={user === signIn.user} onClick={() => onChange(user)}>{user}</button>
      ))}
    </div>
  );
}

function Theme() {
  const [theme, set] = useState<string | null>(() => localStorage.getItem("fixplus.theme"));
  useEffect(() => {
    if (theme === null) delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = theme;
  }, [theme]);
  const dark = theme === null ? matchMedia("(prefers-color-scheme: dark)").matches : theme === "dark";
  const next = dark ? "light" : "dark";
  return (
    <button type="button" className="quiet" onClick={() => { localStorage.setItem("fixplus.theme", next); set(next); }}>
      {next === "dark" ? "Dark" : "Light"}
    </button>
  );
}
