import { useRef, useState } from "react";
import { call, Refusal, words, type Detail } from "../api/client";
import { usePage } from "../page";
import { equal, parsed, WHOLE, written } from "../weights";
import { words as named } from "../format";

const TYPES = ["EQUITY", "FIXED_INCOME", "COMMODITY", "MIXED", "THEMATIC", "SECTOR", "GEOGRAPHIC", "CUSTOM"];
const CURRENCIES = "USD EUR GBP JPY CHF CAD AUD SEK NOK DKK HKD SGD KRW CNY INR BRL MXN ZAR".split(" ");

interface Name {
  readonly id: number;
  readonly symbol: string;
  readonly weight: string;
}

export function NewBasket({ onDone }: { onDone: (code: string | null) => void }) {
  const { signIn, tell } = usePage();
  const [code, setCode] = useState("");
  const [title, setTitle] = useState("");
  const [type, setType] = useState("EQUITY");
  const [currency, setCurrency] = useState("USD");
  const [names, setNames] = useState<readonly Name[]>([{ id: 1, symbol: "AAPL", weight: "50.0000" }, { id: 2, symbol: "IBM", weight: "50.0000" }]);
  const [fault, setFault] = useState<string | null>(null);
  const [details, setDetails] = useState<readonly Detail[]>([]);
  const [busy, setBusy] = useState(false);
  const ids = useRef(2);
  // One key for one content: sent again after a broken connection, it makes one basket.
  const key = useRef<{ body: string; key: string }>({ body: "", key: "" });

  const weights = names.map((one) => parsed(one.weight));
  const sum = weights.reduce<number>((total, weight) => total + (weight ?? 0), 0);
  const whole = sum === WHOLE && weights.every((weight) => weight !== null);
  const ready = /^[A-Z0-9_]{3,50}$/.test(code) && title.trim() !== "" && names.length >= 2 && whole && names.every((one) => one.symbol !== "");
  const change = (id: number, next: Partial<Name>) => setNames(names.map((one) => (one.id === id ? { ...one, ...next } : one)));
  const level = (all: readonly Name[]) => { const each = equal(all.length); setNames(all.map((one, index) => ({ ...one, weight: each[index] ?? "" }))); };
  const said = (field: string) => details.filter((one) => one.field === field).map((one) => one.message ?? one.code).join("; ");

  const send = async () => {
    setBusy(true);
    setFault(null);
    setDetails([]);
    const body = { basketCode: code, basketName: title.trim(), basketType: type, baseCurrency: currency, constituents: names.map((one) => ({ symbol: one.symbol, weight: one.weight })) };
    const text = JSON.stringify(body);
    if (key.current.body !== text) key.current = { body: text, key: crypto.randomUUID() };
    try {
      await call("/baskets", { method: "POST", body, token: signIn.token, key: key.current.key });
      tell("done", `${code}: created as a draft.`);
      onDone(code);
    } catch (error) {
      setFault(words(error));
      if (error instanceof Refusal) {
        setDetails(error.details);
        // An answer was stored under this key: the next attempt is another request.
        if (error.status > 0) key.current = { body: "", key: "" };
      }
      setBusy(false);
    }
  };

  return (
    <form className="newbasket" onSubmit={(event) => { event.preventDefault(); if (ready && !busy) void send(); }}>
      <div className="grid2">
        <label>Code<input autoFocus value={code} onChange={(event) => setCode(event.target.value.toUpperCase())} maxLength={50} placeholder="TECH_LEADERS" aria-invalid={said("basketCode") !== ""} spellCheck={false} autoComplete="off" name="basketCode" /><small className="refused">{said("basketCode")}</small></label>
        <label>Name<input value={title} onChange={(event) => setTitle(event.target.value)} maxLength={255} placeholder="Technology Leaders" aria-invalid={said("basketName") !== ""} autoComplete="off" name="basketName" /><small className="refused">{said("basketName")}</small></label>
        <label>Type<select value={type} onChange={(event) => setType(event.target.value)}>{TYPES.map((one) => <option key={one} value={one}>{named(one)}</option>)}</select></label>
        <label>Currency<select value={currency} onChange={(event) => setCurrency(event.target.value)}>{CURRENCIES.map((one) => <option key={one}>{one}</option>)}</select></label>
      </div>
      <fieldset>
        <legend>Names</legend>
        <div className="scroll names" tabIndex={-1}>
          {names.map((one, index) => {
            const faults = [said(`constituents[${index}].symbol`), said(`constituents[${index}].weight`)].filter(Boolean).join("; ");
            return (
              <div key={one.id} className="name">
                <input aria-label={`Symbol ${index + 1}`} value={one.symbol} maxLength={32} onChange={(event) => change(one.id, { symbol: event.target.value })} spellCheck={false} autoComplete="off" />
                <input aria-label={`Weight ${index + 1} in percent`} value={one.weight} inputMode="decimal" className="number right" onChange={(event) => change(one.id, { weight: event.target.value })} aria-invalid={weights[index] === null} autoComplete="off" />
                <button type="button" className="quiet" aria-label={`Remove ${one.symbol || `name ${index + 1}`}`} disabled={names.length <= 2} onClick={() => setNames(names.filter((other) => other.id !== one.id))}>×</button>
                {faults ? <small className="refused">{faults}</small> : null}
              </div>
            );
          })}
        </div>
        <div className="row">
          <button type="button" onClick={() => setNames([...names, { id: ++ids.current, symbol: "", weight: "0.0000" }])}>Add a name</button>
          <button type="button" onClick={() => level(names)}>Equal weights</button>
          <span className={`number sum ${whole ? "good" : "refused"}`} role="status">Sum {written(sum)} %{whole ? "" : ", must be 100.0000"}</span>
        </div>
      </fieldset>
      <p className="refused fault" role="alert">{fault ?? ""}</p>
      <div className="row end">
        <button type="button" onClick={() => onDone(null)}>Cancel</button>
        <button type="submit" className="main" disabled={!ready || busy}>{busy ? "Creating …" : "Create draft"}</button>
      </div>
    </form>
  );
}
