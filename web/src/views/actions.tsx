import { useEffect, useState, type ReactNode } from "react";
import { call, words } from "../api/client";
import { may, usePage } from "../page";
import { Dialog, TypedConfirmation } from "../parts/basics";
import type { ApprovalView, BasketView } from "../stream/views";
import { ACTIONS, backtestOf, type Action } from "./events";

interface State {
  readonly currentState: string;
  readonly allowedTransitions: readonly string[];
}

/** What this user may do with a basket now: the service says it, and says it anew after every change. */
export function Actions({ basket, pending }: { basket: BasketView; pending: ApprovalView | null }) {
  const { signIn, tell, live, nowMs } = usePage();
  const [allowed, allow] = useState<readonly string[] | null>(null);
  const [asked, ask] = useState<Action | null>(null);
  const [busy, setBusy] = useState(false);
  const path = `/baskets/${encodeURIComponent(basket.basketCode)}`;
  const { entityVersion, status } = basket;
  useEffect(() => {
    const stop = new AbortController();
    call<State>(`${path}/state`, { token: signIn.token, signal: stop.signal })
      .then((state) => allow(state.allowedTransitions), () => { if (!stop.signal.aborted) allow([]); });
    return () => stop.abort();
  }, [path, signIn.token, entityVersion, status]);

  const run = async (action: Action, comments: string) => {
    setBusy(true);
    try {
      const today = new Date(nowMs()).toISOString().slice(0, 10);
      await call(`${path}${action.path}`, { method: action.method ?? "POST", body: action.event === "TRIGGER_BACKTEST" ? backtestOf(basket.baseCurrency, today) : action.body?.(comments, pending?.approvalId ?? null), token: signIn.token });
      tell("done", `${basket.basketCode}: ${action.done}`);
    } catch (error) {
      tell("refused", `${basket.basketCode}: ${words(error)}`);
    } finally {
      setBusy(false);
    }
  };
  const operate = async (name: string, body: unknown, done: string) => {
    setBusy(true);
    try {
      await call(name, { method: "POST", body, token: signIn.token });
      tell("done", `${basket.basketCode}: ${done}`);
    } catch (error) {
      tell("refused", `${basket.basketCode}: ${words(error)}`);
    } finally {
      setBusy(false);
    }
  };

  const known = ACTIONS.filter((action) => allowed?.includes(action.event));
  const code = encodeURIComponent(basket.basketCode);
  const operates = may(signIn, "OPERATOR");
  const buttons: ReactNode[] = known.map((action) => (
    <button key={action.event} type="button" className={action.tone} data-event={action.event} disabled={busy || !live} onClick={() => (action.asks === "nothing" ? void run(action, "") : ask(action))}>
      {action.title}{action.asks === "nothing" ? "" : " …"}
    </button>
  ));
  if (operates && (status === "APPROVED" || status === "LISTED" || (status === "ACTIVE" && basket.pricingState === "STOPPED"))) {
    buttons.push(<button key="start" type="button" className="main" data-event="start" disabled={busy || !live} onClick={() => void operate(`/integration/baskets/${code}/start-publishing`, {}, status === "APPROVED" ? "listing begins." : "publishing begins.")}>{status === "APPROVED" ? "List" : "Start publishing"}</button>);
  }
  if (operates && status === "ACTIVE" && basket.pricingState !== "STOPPED") {
    buttons.push(<button key="stop" type="button" data-event="stop" disabled={busy || !live} onClick={() => void operate(`/integration/baskets/${code}/stop-publishing`, {}, "publishing stops.")}>Stop publishing</button>);
    buttons.push(<button key="now" type="button" data-event="publish" disabled={busy || !live} onClick={() => void operate(`/publishing/basket/${code}/price`, {}, "the last level is sent again.")}>Publish now</button>);
  }
  return (
    <div className="actions" data-testid="actions">
      {allowed === null ? <span className="quietly" role="status">Asking what may be done …</span> : buttons.length === 0 ? <span className="quietly">Nothing that {signIn.user} may do with it now.</span> : buttons}
      {asked?.asks === "words" ? <Words action={asked} onClose={() => ask(null)} onSay={(said) => { ask(null); void run(asked, said); }} /> : null}
      {asked?.asks === "code" ? (
        <TypedConfirmation title={`${asked.title}: ${basket.basketCode}?`} name={basket.basketCode} action={asked.title} onClose={() => ask(null)} onConfirm={() => run(asked, `${asked.title} from the page`)}>
          <p>{asked.warning}</p>
        </TypedConfirmation>
      ) : null}
    </div>
  );
}

function Words({ action, onSay, onClose }: { action: Action; onSay: (said: string) => void; onClose: () => void }) {
  const [said, say] = useState("");
  const enough = !action.needed || said.trim() !== "";
  return (
    <Dialog title={action.title} onClose={onClose}>
      <form onSubmit={(event) => { event.preventDefault(); if (enough) onSay(said.trim()); }}>
        <label>{action.question ?? "Comment"}{action.needed ? "" : " (optional)"}
          <textarea autoFocus rows={3} maxLength={500} value={said} onChange={(event) => say(event.target.value)} />
        </label>
        <div className="row end"><button type="button" onClick={onClose}>Cancel</button><button type="submit" className={action.tone || "main"} disabled={!enough}>{action.title}</button></div>
      </form>
    </Dialog>
  );
}
