// The filter of the message stream: words that must all hold. `35=X`, `in`, `out`, `session:NAME`, any other text anywhere.

import type { MessageView } from "../stream/views";

export interface Filter {
  readonly direction: "in" | "out" | null;
  readonly session: string | null;
  readonly fields: readonly string[];
  readonly texts: readonly string[];
}

export function parseFilter(text: string): Filter {
  let direction: Filter["direction"] = null;
  let session: string | null = null;
  const fields: string[] = [];
  const texts: string[] = [];
  for (const word of text.trim().split(/\s+/).filter(Boolean)) {
    const lower = word.toLowerCase();
    if (lower === "in" || lower === "out") direction = lower;
    else if (lower.startsWith("session:")) session = lower.slice(8);
    else if (/^\d+=/.test(word)) fields.push(word);
    else texts.push(lower);
  }
  return { direction, session, fields, texts };
}

export function matches(filter: Filter, message: MessageView): boolean {
  if (filter.direction !== null && message.direction !== filter.direction) return false;
  if (filter.session !== null && !message.sessionId.toLowerCase().includes(filter.session)) return false;
  const wire = `|${message.text}|`;
  if (!filter.fields.every((field) => (field.endsWith("=") ? wire.includes(`|${field}`) : wire.includes(`|${field}|`)))) return false;
  const all = `${message.name ?? ""} ${message.msgType} ${message.sessionId} ${message.text}`.toLowerCase();
  return filter.texts.every((text) => all.includes(text));
}
