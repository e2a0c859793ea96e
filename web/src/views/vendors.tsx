import { age, count, milliseconds, percent } from "../format";
import { useNow, usePage } from "../page";
import { Fact, Panel, Pill, Simulated } from "../parts/basics";

export function Vendors() {
  const { state } = usePage();
  const now = useNow();
  const vendors = Object.values(state.vendors).sort((one, other) => one.vendor.localeCompare(other.vendor));
  const sources = Object.values(state.sources).sort((one, other) => one.priority - other.priority);
  return (
    <>
      <Panel title="Vendors">
        {vendors.length === 0 ? <p className="empty">No vendor is configured.</p> : (
          <div className="cards">
            {vendors.map((one) => (
              <article key={one.vendor} className={`card ${one.status === "UNHEALTHY" ? "bad" : ""}`} data-vendor={one.vendor}>
                <h3>{one.vendor} {one.simulated ? <Simulated title="This vendor is a simulator." /> : null}</h3>
                <p className="row"><Pill code={one.status} /><Pill code={one.breaker} text={`breaker ${one.breaker.replace("_", " ").toLowerCase()}`} /></p>
                <dl className="facts">
                  <Fact name="Kind">{one.kind}</Fact>
                  <Fact name="Last heard"><span className="number">{age(one.heartbeatAt, now)}</span></Fact>
                  <Fact name="Answers in">{milliseconds(one.responseTimeMs)}</Fact>
                  <Fact name="Errors">{percent(one.errorRate)}</Fact>
                  <Fact name="Sent">{count(one.sent)}</Fact>
                  <Fact name="Confirmed">{count(one.confirmed)}</Fact>
                  <Fact name="Rejected">{count(one.rejected)}</Fact>
                  <Fact name="Failed">{count(one.failed)}</Fact>
                  <Fact name="Superseded">{count(one.superseded)}</Fact>
                  <Fact name="Failures in a row">{count(one.consecutiveFailures)}</Fact>
                </dl>
                <p className="detail">{one.detail}</p>
              </article>
            ))}
          </div>
        )}
      </Panel>
      <Panel title="Price sources, in the order in which they are asked">
        {sources.length === 0 ? <p className="empty">No source is configured.</p> : (
          <div className="cards">
            {sources.map((one) => (
              <article key={one.name} className={`card ${one.status === "DOWN" ? "bad" : ""}`} data-source={one.name}>
                <h3>{one.name} {one.simulated ? <Simulated title="Simulated prices, or recorded ones played again." /> : null}</h3>
                <p className="row"><Pill code={one.status} /><Pill code={one.breaker} text={`breaker ${one.breaker.replace("_", " ").toLowerCase()}`} /></p>
                <dl className="facts">
                  <Fact name="Priority">{one.priority}</Fact>
                  <Fact name="Connection">{one.connected ? "connected" : "not connected"}</Fact>
                  <Fact name="Last heard"><span className="number">{age(one.heardAt, now)}</span></Fact>
                  <Fact name="Answers in">{milliseconds(one.responseTimeMs)}</Fact>
                  <Fact name="Subscriptions">{count(one.subscriptions)}</Fact>
                  <Fact name="Ticks">{count(one.ticks)}</Fact>
                  <Fact name="Answered">{count(one.succeeded)}</Fact>
                  <Fact name="Failed">{count(one.failed)}</Fact>
                  <Fact name="Calls left this hour">{count(one.budgetRemaining)}</Fact>
                </dl>
                <p className="detail">{one.detail}</p>
              </article>
            ))}
          </div>
        )}
      </Panel>
    </>
  );
}
