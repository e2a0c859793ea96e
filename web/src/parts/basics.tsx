import { useLayoutEffect, useRef, useState, type ReactNode } from "react";
import { words } from "../format";

const TONES: Readonly<Record<string, string>> = {
  ACTIVE: "good", LISTED: "good", APPROVED: "good", RUNNING: "good", HEALTHY: "good", UP: "good", CLOSED: "good", CONFIRMED: "good", A: "good", FRESH: "good", HIGH: "good", MET: "good", logged_on: "good",
  PENDING_APPROVAL: "wait", PENDING: "wait", LISTING: "wait", IN_PROGRESS: "wait", SENT: "wait", BACKTESTING: "wait", DEGRADED: "wait", HALF_OPEN: "wait", B: "wait", AGED: "wait", MEDIUM: "wait", WARNING: "wait", recovering: "wait", logon_sent: "wait", await_logon: "wait", logout_sent: "wait",
  WITHHELD: "bad", REJECTED: "bad", LISTING_FAILED: "bad", BACKTEST_FAILED: "bad", UNHEALTHY: "bad", DOWN: "bad", OPEN: "bad", FAILED: "bad", TIMEOUT: "bad", CIRCUIT_BREAKER_OPEN: "bad", SUSPENDED: "bad", C: "bad", EXPIRED: "bad", LOW: "bad", MISSED: "bad", closed: "bad",
};

/** A state, in a colour and in words: colour alone says nothing. */
export function Pill({ code, text, tone }: { code: string | null | undefined; text?: string; tone?: string }) {
  return <span className={`pill ${tone ?? TONES[code ?? ""] ?? "plain"}`} data-code={code ?? ""}>{text ?? words(code)}</span>;
}

export function Simulated({ title }: { title: string }) {
  return <span className="simulated" title={title}>simulated<span className="hidden">: {title}</span></span>;
}

export function Panel({ title, side, children, className }: { title: ReactNode; side?: ReactNode; children: ReactNode; className?: string }) {
  return (
    <section className={`panel ${className ?? ""}`}>
      <div className="head"><h2>{title}</h2>{side ? <div className="side">{side}</div> : null}</div>
      {children}
    </section>
  );
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return <div className="fact"><dt>{name}</dt><dd>{children}</dd></div>;
}

/** A question in front of the page; Escape and the button close it, and the focus returns. */
export function Dialog({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  const dialog = useRef<HTMLDialogElement>(null);
  // Before it leaves the page: closing gives the focus back.
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  return (
    <dialog ref={dialog} aria-label={title} onCancel={(event) => { event.preventDefault(); onClose(); }}>
      <h2>{title}</h2>
      {children}
    </dialog>
  );
}

/** What cannot be taken back asks for its name to be typed. */
export function TypedConfirmation({ title, name, children, action, onConfirm, onClose }: {
  title: string; name: string; children: ReactNode; action: string; onConfirm: () => Promise<void>; onClose: () => void;
}) {
  const [typed, type] = useState("");
  const [busy, setBusy] = useState(false);
  return (
    <Dialog title={title} onClose={onClose}>
      <form method="dialog" onSubmit={(event) => {
        event.preventDefault();
        if (typed !== name || busy) return;
        setBusy(true);
        void onConfirm().finally(onClose);
      }}>
        {children}
        <label>Type <code>{name}</code> to confirm
          <input autoFocus value={typed} onChange={(event) => type(event.target.value)} autoComplete="off" spellCheck={false} />
        </label>
        <div className="row end">
          <button type="button" onClick={onClose}>Cancel</button>
          <button type="submit" className="danger" disabled={typed !== name || busy}>{action}</button>
        </div>
      </form>
    </Dialog>
  );
}
