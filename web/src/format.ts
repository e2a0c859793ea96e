// How values are written for people. Decimals stay text: digits are grouped and cut to length, never computed with.

const DASH = "–";

/** A decimal with its thousands apart; `places` cuts (never rounds up a price that was not sent) or keeps all. */
export function exact(text: string | null | undefined, places?: number): string {
  if (text === null || text === undefined || text === "") return DASH;
  const [, sign = "", whole = "", fraction = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === "") return text;
  const kept = places === undefined ? fraction : fraction.padEnd(places, "0").slice(0, places);
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, "\u202f");
  return (sign ? "−" : "") + grouped + (kept ? `.${kept}` : "");
}

/** A signed decimal, `+1.25` or `−1.25`. */
export function signed(text: string | null | undefined, places?: number): string {
  const shown = exact(text, places);
  return shown === DASH || shown.startsWith("−") || /^0(\.0*)?$/.test(shown) ? shown : `+${shown}`;
}

export function direction(text: string | null | undefined): "up" | "down" | "flat" {
  if (!text || /^-?0(\.0*)?$/.test(text)) return "flat";
  return text.startsWith("-") ? "down" : "up";
}

export function count(value: number | null | undefined): string {
  return value === null || value === undefined ? DASH : String(value).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

export function milliseconds(value: number | null | undefined): string {
  if (value === null || value === undefined) return DASH;
  if (value >= 10_000) return `${(value / 1000).toFixed(1)} s`;
  return `${value >= 100 ? value.toFixed(0) : value >= 1 ? value.toFixed(1) : value.toFixed(3)} ms`;
}

export function percent(value: number | null | undefined): string {
  return value === null || value === undefined ? DASH : `${(value * 100).toFixed(1)} %`;
}

/** How long ago, by the service's clock. */
export function age(moment: string | null | undefined, nowMs: number): string {
  if (!moment) return DASH;
  const seconds = Math.max(0, (nowMs - Date.parse(moment)) / 1000);
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** The time of day in UTC, which is what messages carry. */
export function clock(moment: string | null | undefined, withMs = false): string {
  if (!moment) return DASH;
  return moment.slice(11, withMs ? 23 : 19);
}

/** `PENDING_APPROVAL` as words. */
export function words(code: string | null | undefined): string {
  if (!code) return DASH;
  const text = code.replaceAll("_", " ").toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
}
