import { count, milliseconds } from "../format";
import { usePage } from "../page";
import { Fact, Panel, Pill } from "../parts/basics";
import { LatencyChart } from "../parts/charts";

export function Latency() {
  const { state } = usePage();
  const timed = Object.values(state.latency).sort((one, other) => one.title.localeCompare(other.title));
  if (timed.length === 0) return <Panel title="Latency"><p className="empty">Nothing has been measured yet.</p></Panel>;
  return (
    <div className="charts">
      {timed.map((one) => (
        <Panel key={one.name} title={one.title} side={one.goalMs === null || one.p95 === null ? null : <Pill code={one.p95 < one.goalMs ? "A" : "C"} text={one.p95 < one.goalMs ? "within its goal" : "beyond its goal"} />}>
          <LatencyChart points={one.points} goalMs={one.goalMs} title={one.title} />
          <p className="legend"><span className="p50">p50</span><span className="p95">p95</span><span className="p99">p99</span></p>
          <dl className="facts">
            <Fact name="p50">{milliseconds(one.p50)}</Fact>
            <Fact name="p95">{milliseconds(one.p95)}</Fact>
            <Fact name="p99">{milliseconds(one.p99)}</Fact>
            <Fact name="Highest">{milliseconds(one.highest)}</Fact>
            <Fact name="Measured">{count(one.count)}</Fact>
          </dl>
        </Panel>
      ))}
    </div>
  );
}
