import { useEffect, useMemo, useState } from "react";
import { call, words } from "../api/client";
import { clock } from "../format";
import { usePage } from "../page";
import { Panel } from "../parts/basics";
import type { DecodedMessage, MessageView } from "../stream/views";
import { matches, parseFilter } from "./filter";

const SHOWN = 200;

export function Messages() {
  const { state } = usePage();
  const [filter, setFilter] = useState("");
  const [paused, pause] = useState<readonly MessageView[] | null>(null);
  const [admin, setAdmin] = useState(true);
  const [opened, open] = useState<MessageView | null>(null);
  const all = useMemo(() => newestFirst(state.messages), [state.messages]);
  const wanted = useMemo(() => parseFilter(filter), [filter]);
  const found = (paused ?? all).filter((one) => (admin || !one.admin) && matches(wanted, one));
  return (
    <div className="two">
      <Panel title="Messages" side={<span className="number quietly">{found.length} of {(paused ?? all).length}</span>}>
        <div className="row controls">
          <label className="grow"><span className="hidden">Filter</span>
            <input type="search" placeholder="Filter: 35=X, in, out, session:BLOOM, TECH_LEADERS" value={filter} onChange={(event) => setFilter(event.target.value)} spellCheck={false} />
          </label>
          <label className="check"><input type="checkbox" checked={admin} onChange={(event) => setAdmin(event.target.checked)} /> of the session too</label>
          <button type="button" aria-pressed={paused !== null} onClick={() => pause(paused === null ? all : null)}>{paused === null ? "Pause" : "Go on"}</button>
        </div>
        <MessageTable messages={found.slice(0, SHOWN)} opened={opened} onOpen={open} empty={all.length === 0 ? "No message has passed yet." : "No message is of this kind."} withSession />
      </Panel>
      <Panel title={opened === null ? "A message, decoded" : `${opened.name ?? opened.msgType}`}>
        {opened === null ? <p className="empty">Choose a message to see its fields.</p> : <Decoded key={opened.id} message={opened} />}
      </Panel>
    </div>
  );
}

export function newestFirst(messages: Readonly<Record<string, MessageView>>): readonly MessageView[] {
  return Object.values(messages).sort((one, other) => other.id - one.id);
}

export function MessageTable({ messages, opened, onOpen, empty, withSession = false }: {
  messages: readonly MessageView[]; opened: MessageView | null; onOpen: (message: MessageView) => void; empty: string; withSession?: boolean;
}) {
  if (messages.length === 0) return <p className="empty">{empty}</p>;
  return (
    <div className="scroll tall" tabIndex={0} role="region" aria-label="Messages">
      <table className="messages">
        <thead><tr><th className="w-time">UTC</th><th className="w-dir">Way</th><th className="w-seq">Seq</th><th className="w-type">Message</th>{withSession ? <th className="w-session">Session</th> : null}<th>Text</th></tr></thead>
        <tbody>
          {messages.map((one) => (
            <tr key={one.id} className={`${one.direction} ${one.admin ? "admin" : ""} ${opened?.id === one.id ? "chosen" : ""}`}>
              <td className="number">{clock(one.passedAt, true)}</td>
              <td>{one.direction === "in" ? "← in" : "→ out"}</td>
              <td className="number">{one.seq ?? "–"}</td>
              <td><button type="button" className="as-link" onClick={() => onOpen(one)}>{one.name ?? `35=${one.msgType}`}{one.possDup ? " (again)" : ""}</button></td>
              {withSession ? <td className="clip" title={one.sessionId}>{one.sessionId}</td> : null}
              <td className="clip wire" title={one.text}>{one.text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function Decoded({ message }: { message: MessageView }) {
  const { signIn } = usePage();
  const [told, tell] = useState<DecodedMessage | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    call<DecodedMessage>(`/fix/messages/${encodeURIComponent(message.sessionId)}/${message.direction}/${message.seq ?? 0}`, { token: signIn.token, signal: stop.signal })
      .then(tell, (error: unknown) => { if (!stop.signal.aborted) setFault(words(error)); });
    return () => stop.abort();
  }, [message, signIn.token]);
  return (
    <div className="decoded">
      <p className="quietly">{message.direction === "in" ? "Received" : "Sent"} {clock(message.passedAt, true)} UTC · MsgSeqNum(34) {message.seq ?? "–"} · {message.sessionId}</p>
      {fault !== null ? <p className="refused" role="alert">{fault}</p> : null}
      {told === null && fault === null ? <p role="status" className="quietly">Asking for its fields …</p> : null}
      {told !== null ? (
        <>
          {told.faults.map((one) => <p key={one} className="refused">{one}</p>)}
          <div className="scroll tall" tabIndex={0} role="region" aria-label="Fields">
            <table className="fields">
              <thead><tr><th className="w-tag">Tag</th><th className="w-name">Name</th><th>Value</th><th>Meaning</th></tr></thead>
              <tbody>{told.fields.map((one, index) => (
                <tr key={index}><td className="number">{one.tag}</td><td>{one.name ?? "–"}</td><td className="wire">{one.value}</td><td>{one.meaning ?? ""}</td></tr>
              ))}</tbody>
            </table>
          </div>
        </>
      ) : null}
      <pre className="wire">{message.text}</pre>
    </div>
  );
}
