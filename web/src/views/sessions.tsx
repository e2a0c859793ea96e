import { useLayoutEffect, useRef, useState } from "react";
import { call, words as inWords } from "../api/client";
import { age, clock, count, words } from "../format";
import { link, may, useNow, usePage } from "../page";
import { Dialog, Fact, Panel, Pill, Simulated, TypedConfirmation } from "../parts/basics";
import type { MessageView, SessionView } from "../stream/views";
import { Decoded, MessageTable, newestFirst } from "./messages";
import { label, steps, type Step } from "./sequence";

export function Sessions({ id }: { id: string | null }) {
  const { state } = usePage();
  const now = useNow();
  const sessions = Object.values(state.sessions).sort((one, other) => one.sessionId.localeCompare(other.sessionId));
  const chosen = sessions.find((one) => one.sessionId === id) ?? sessions[0];
  return (
    <>
      <Panel title="FIX sessions">
        {sessions.length === 0 ? <p className="empty">No session is configured.</p> : (
          <div className="scroll" tabIndex={0} role="region" aria-label="FIX sessions">
            <table className="sessions">
              <thead><tr><th className="w-session">Session</th><th className="w-state">State</th><th className="right w-seq">Next in</th><th className="right w-seq">Next out</th><th className="w-state">Gap</th><th className="right w-seq">Sent</th><th className="right w-seq">Received</th><th className="right w-seq">Rejects</th><th className="right w-age">Heard</th></tr></thead>
              <tbody>
                {sessions.map((one) => (
                  <tr key={one.sessionId} data-session={one.sessionId} className={`${one.loggedOn ? "" : "bad"} ${one === chosen ? "chosen" : ""}`}>
                    <td className="clip"><a href={link("sessions", one.sessionId)} aria-current={one === chosen ? "true" : undefined}>{one.sessionId}</a></td>
                    <td><SessionState session={one} /></td>
                    <td className="number right">{count(one.nextIn)}</td>
                    <td className="number right">{count(one.nextOut)}</td>
                    <td className="number">{one.gapFrom === null ? "none" : <Pill code="B" text={`${one.gapFrom} to ${one.gapTo === null ? "?" : one.gapTo}`} />}</td>
                    <td className="number right">{count(one.sent)}</td>
                    <td className="number right">{count(one.received)}</td>
                    <td className="number right">{count(one.rejects)}</td>
                    <td className="number right">{age(one.receivedAt, now)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Panel>
      {chosen !== undefined ? <Session key={chosen.sessionId} session={chosen} /> : null}
    </>
  );
}

function SessionState({ session }: { session: SessionView }) {
  return <Pill code={session.state} text={session.loggedOn ? "logged on" : session.connected ? words(session.state).toLowerCase() : "disconnected"} tone={session.loggedOn ? "good" : session.connected ? "wait" : "bad"} />;
}

function Session({ session }: { session: SessionView }) {
  const { state, signIn, tell } = usePage();
  const now = useNow();
  const [opened, open] = useState<MessageView | null>(null);
  const [asked, ask] = useState<"logout" | "reset" | null>(null);
  const messages = newestFirst(state.messages).filter((one) => one.sessionId === session.sessionId);
  const events = Object.values(state.fix_events).filter((one) => one.sessionId === session.sessionId);
  const path = `/fix/sessions/${encodeURIComponent(session.sessionId)}`;
  const operates = may(signIn, "OPERATOR", "ADMIN");
  const act = async (name: string, body: unknown, done: string) => {
    try {
      await call(`${path}/${name}`, { method: "POST", body, token: signIn.token });
      tell("done", done);
    } catch (error) {
      tell("refused", inWords(error));
    }
  };
  return (
    <div className="two">
      <div>
        <Panel title={session.sessionId} side={operates ? (
          <>
            <button type="button" disabled={session.loggedOn} onClick={() => void act("reconnect", {}, "Connecting again.")}>Reconnect</button>
            <button type="button" disabled={!session.loggedOn} onClick={() => ask("logout")}>Log out …</button>
            <button type="button" onClick={() => ask("reset")}>Reset …</button>
          </>
        ) : <span className="quietly">an operator may log it out or reset it</span>}>
          <p className="row"><SessionState session={session} />{session.simulated ? <Simulated title="The counterparty is a simulator." /> : null}{session.logoutText !== null ? <span className="quietly">“{session.logoutText}”</span> : null}</p>
          <dl className="facts">
            <Fact name="Next in (34)">{count(session.nextIn)}</Fact>
            <Fact name="Next out (34)">{count(session.nextOut)}</Fact>
            <Fact name="Known to be missing">{session.gapFrom === null ? "nothing" : `${session.gapFrom} to ${session.gapTo ?? "?"}`}</Fact>
            <Fact name="Resend requests">{count(session.resends)}</Fact>
            <Fact name="HeartBtInt(108)">{session.heartBtInt === null ? "–" : `${session.heartBtInt} s`}</Fact>
            <Fact name="Role">{session.role}</Fact>
            <Fact name="Vendor">{session.vendor ?? "–"}</Fact>
            <Fact name="Peer">{session.peer ?? "–"}</Fact>
            <Fact name="Connected since">{session.connected ? clock(session.connectedAt) : "–"}</Fact>
            <Fact name="Last lost">{session.disconnectedAt === null ? "never" : `${age(session.disconnectedAt, now)} ago`}</Fact>
            <Fact name="Last sent">{age(session.sentAt, now)}</Fact>
            <Fact name="Errors">{count(session.errors)}</Fact>
          </dl>
        </Panel>
        <Panel title="Last messages">
          <MessageTable messages={messages.slice(0, 60)} opened={opened} onOpen={open} empty="No message has passed on this session yet." />
        </Panel>
      </div>
      <Panel title="Sequence">
        <Sequence session={session} all={steps(messages, events, 30)} onOpen={open} />
      </Panel>
      {opened !== null ? (
        <Dialog title={opened.name ?? opened.msgType} onClose={() => open(null)}>
          <Decoded message={opened} />
          <div className="row end"><button type="button" onClick={() => open(null)}>Close</button></div>
        </Dialog>
      ) : null}
      {asked === "logout" ? (
        <TypedConfirmation title="Log this session out?" name={session.sessionId} action="Log out" onClose={() => ask(null)} onConfirm={() => act("logout", { confirm: session.sessionId }, "Logging out.")}>
          <p>Prices of every basket stop at this vendor until it is connected again.</p>
        </TypedConfirmation>
      ) : null}
      {asked === "reset" ? (
        <TypedConfirmation title="Reset both sequence numbers?" name={session.sessionId} action="Reset" onClose={() => ask(null)} onConfirm={() => act("reset", { confirm: session.sessionId }, "Resetting both numbers to 1.")}>
          <p>Both numbers begin at 1 again, and messages that were missed can no longer be asked for. The peer must expect it.</p>
        </TypedConfirmation>
      ) : null}
    </div>
  );
}

const WIDE = 460;
const LEFT = 96;
const RIGHT = WIDE - 24;
const ROW = 34;

function Sequence({ session, all, onOpen }: { session: SessionView; all: readonly Step[]; onOpen: (message: MessageView) => void }) {
  const box = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  // The newest stands lowest: whoever looks at it keeps seeing it, whoever scrolled up is left where they are.
  useLayoutEffect(() => {
    if (follows.current && box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  });
  if (all.length === 0) return <p className="empty">Nothing has happened on this session yet.</p>;
  const height = all.length * ROW + 56;
  const us = session.senderCompId;
  const them = session.targetCompId;
  return (
    <div ref={box} className="scroll taller" tabIndex={0} role="region" aria-label="Sequence diagram" onScroll={({ currentTarget: it }) => { follows.current = it.scrollHeight - it.scrollTop - it.clientHeight < 40; }}>
      <svg className="sequence" viewBox={`0 0 ${WIDE} ${height}`} width="100%" role="img" aria-label={`Messages between ${us} and ${them}`}>
        <text x={LEFT} y="16" className="who">{us}</text>
        <text x={RIGHT} y="16" textAnchor="end" className="who">{them}</text>
        <line className="life" x1={LEFT} x2={LEFT} y1="26" y2={height} />
        <line className="life" x1={RIGHT} x2={RIGHT} y1="26" y2={height} />
        {all.map((step, index) => {
          const y = 56 + index * ROW;
          const time = <text className="time" x="0" y={y + 3}>{clock(step.at, true)}</text>;
          if (step.kind === "event") {
            return <g key={`e${step.event.id}`} className={`event ${step.event.severity}`}>{time}<rect x={LEFT + 14} y={y - 14} width={RIGHT - LEFT - 28} height="22" rx="4" /><text x={(LEFT + RIGHT) / 2} y={y + 1} textAnchor="middle">{short(step.event.text, 46)}<title>{step.event.text}</title></text></g>;
          }
          const message = step.kind === "message" ? step.message : step.last;
          const out = message.direction === "out";
          const [from, to] = out ? [LEFT, RIGHT] : [RIGHT, LEFT];
          const tip = out ? -7 : 7;
          return (
            <g key={`m${step.kind === "message" ? step.message.id : step.first.id}`} className={`arrow ${out ? "out" : "in"} ${message.admin ? "admin" : ""} ${["2", "4", "3", "j"].includes(message.msgType) ? "notable" : ""}`} onClick={() => onOpen(message)}>
              {time}
              <text x={(LEFT + RIGHT) / 2} y={y - 5} textAnchor="middle">{short(label(step), 52)}<title>{message.text}</title></text>
              <line x1={from} x2={to} y1={y} y2={y} />
              <polygon points={`${to},${y} ${to + tip},${y - 4} ${to + tip},${y + 4}`} />
            </g>
          );
        })}
      </svg>
    </div>
  );
}

function short(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
