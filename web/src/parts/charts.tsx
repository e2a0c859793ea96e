import type { LatencyPoint } from "../stream/views";

/** Points of a line inside a box; the values are drawn, never shown, so floating point will do. */
export function linePoints(values: readonly number[], width: number, height: number, low?: number, high?: number): string {
  if (values.length === 0) return "";
  const least = low ?? Math.min(...values);
  const span = (high ?? Math.max(...values)) - least;
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  return values.map((value, index) => `${(index * step).toFixed(1)},${(span > 0 ? height - ((value - least) / span) * height : height / 2).toFixed(1)}`).join(" ");
}

export function Sparkline({ values, title }: { values: readonly string[]; title: string }) {
  const numbers = values.map(Number);
  const first = numbers[0] ?? 0;
  const last = numbers.at(-1) ?? 0;
  return (
    <svg className={`spark ${last > first ? "up" : last < first ? "down" : "flat"}`} viewBox="-2 -3 124 34" role="img" aria-label={title} preserveAspectRatio="none">
      {numbers.length > 1 ? <polyline points={linePoints(numbers, 120, 28)} vectorEffect="non-scaling-stroke" /> : <line x1="0" x2="120" y1="14" y2="14" vectorEffect="non-scaling-stroke" />}
    </svg>
  );
}

const WIDTH = 640;
const HEIGHT = 160;

/** A round number at or above: 1, 2 or 5 times a power of ten. */
export function ceiling(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10) * power;
}

export function LatencyChart({ points, goalMs, title }: { points: readonly LatencyPoint[]; goalMs: number | null; title: string }) {
  const top = ceiling(Math.max(goalMs ?? 0, ...points.map((point) => point.p99)) * 1.05);
  const y = (value: number) => HEIGHT - (value / top) * HEIGHT;
  return (
    <svg className="chart" viewBox={`-52 -10 ${WIDTH + 64} ${HEIGHT + 34}`} role="img" aria-label={`${title}: percentiles over time`}>
      {[0, 0.25, 0.5, 0.75, 1].map((part) => (
        <g key={part} className="grid">
          <line x1="0" x2={WIDTH} y1={y(top * part)} y2={y(top * part)} />
          <text x="-8" y={y(top * part) + 4} textAnchor="end">{Number((top * part).toPrecision(3))}</text>
        </g>
      ))}
      <text className="unit" x="-8" y={HEIGHT + 20} textAnchor="end">ms</text>
      {goalMs !== null ? <g className="goal"><line x1="0" x2={WIDTH} y1={y(goalMs)} y2={y(goalMs)} /><text x={WIDTH} y={y(goalMs) - 5} textAnchor="end">goal for p95: {goalMs} ms</text></g> : null}
      {(["p99", "p95", "p50"] as const).map((name) => (
        <polyline key={name} className={name} points={linePoints(points.map((point) => point[name]), WIDTH, HEIGHT, 0, top)} />
      ))}
      {points.length > 0 ? <><text x="0" y={HEIGHT + 20}>{points[0]?.endedAt.slice(11, 19)}</text><text x={WIDTH} y={HEIGHT + 20} textAnchor="end">{points.at(-1)?.endedAt.slice(11, 19)} UTC</text></> : <text x={WIDTH / 2} y={HEIGHT / 2} textAnchor="middle">nothing measured yet</text>}
    </svg>
  );
}
