import { useState } from "react";
import { age, clock, count, direction, exact, signed, words } from "../format";
import { link, may, useNow, usePage } from "../page";
import { Dialog, Fact, Panel, Pill, Simulated } from "../parts/basics";
import { Sparkline } from "../parts/charts";
import type { ApprovalView, BasketView, ConstituentView } from "../stream/views";
import { Actions } from "./actions";
import { NewBasket } from "./new_basket";

const ORDER = ["ACTIVE", "SUSPENDED", "LISTED", "LISTING", "LISTING_FAILED", "APPROVED", "PENDING_APPROVAL"];

/** Live baskets first, then those on their way, then by code. */
export function inOrder(baskets: readonly BasketView[]): readonly BasketView[] {
  const rank = (one: BasketView) => (ORDER.includes(one.status) ? ORDER.indexOf(one.status) : ORDER.length);
  return [...baskets].sort((one, other) => rank(one) - rank(other) || one.basketCode.localeCompare(other.basketCode));
}

export function Baskets({ code }: { code: string | null }) {
  const { state, signIn } = usePage();
  const now = useNow();
  const [making, make] = useState(false);
  const baskets = inOrder(Object.values(state.baskets));
  const chosen = baskets.find((one) => one.basketCode === code) ?? baskets[0];
  return (
    <>
      <Panel title="Baskets" side={may(signIn, "MAKER", "ADMIN") ? <button type="button" className="main" onClick={() => make(true)}>New basket</button> : <span className="quietly">a maker may create baskets</span>}>
        {baskets.length === 0 ? <p className="empty">There is no basket yet. {may(signIn, "MAKER", "ADMIN") ? "Create the first one." : "Sign in as maker to create one."}</p> : (
          <div className="scroll" tabIndex={0} role="region" aria-label="Baskets">
            <table className="baskets">
              <thead><tr><th className="w-basket">Basket</th><th className="w-status">Status</th><th className="right w-level">Level</th><th className="right w-change">Change</th><th className="w-spark">Last levels</th><th className="w-quality">Quality</th><th className="w-vendors">At vendors</th><th className="right w-age">Sent</th></tr></thead>
              <tbody>{baskets.map((one) => <Row key={one.basketCode} basket={one} now={now} chosen={one === chosen} />)}</tbody>
            </table>
          </div>
        )}
      </Panel>
      {chosen !== undefined ? <Basket key={chosen.basketCode} basket={chosen} /> : null}
      {making ? <Dialog title="New basket" onClose={() => make(false)}><NewBasket onDone={(made) => { make(false); if (made !== null) location.hash = link("baskets", made); }} /></Dialog> : null}
    </>
  );
}

function Row({ basket, now, chosen }: { basket: BasketView; now: number; chosen: boolean }) {
  const live = basket.status === "ACTIVE";
  return (
    <tr data-basket={basket.basketCode} className={`${chosen ? "chosen" : ""} ${live && basket.pricingState === "WITHHELD" ? "bad" : ""}`}>
      <td className="clip"><a href={link("baskets", basket.basketCode)} aria-current={chosen ? "true" : undefined}>{basket.basketCode}</a><span className="under">{basket.basketName}</span></td>
      <td><Pill code={basket.status} />{live && basket.pricingState !== "RUNNING" ? <span className="under"><Pill code={basket.pricingState} tone={basket.pricingState === "WITHHELD" ? "bad" : "plain"} /></span> : null}</td>
      <td className="number right level">{exact(basket.level)} <span className="unit">{basket.baseCurrency}</span></td>
      <td className={`number right ${direction(basket.change)}`}>{signed(basket.change, 2)}<span className="under">{basket.changePercentage === null ? "" : `${signed(basket.changePercentage, 2)} %`}</span></td>
      <td><Sparkline values={basket.spark} title={`${basket.spark.length} levels, from ${exact(basket.spark[0])} to ${exact(basket.spark.at(-1))}`} /></td>
      <td>{basket.quality === null ? <Pill code="" text="–" /> : <Pill code={basket.quality} text={basket.quality} />}<span className="under">{basket.staleDataCount > 0 ? `${basket.staleDataCount} aged` : live ? "all fresh" : ""}</span></td>
      <td><span className="row tight">{basket.vendors.map((one) => <Pill key={one.vendor} code={one.price ?? one.listing} text={one.vendor} />)}</span></td>
      <td className="number right">{age(basket.publishedAt, now)}</td>
    </tr>
  );
}

const WAY = ["DRAFT", "BACKTESTED", "PENDING_APPROVAL", "APPROVED", "LISTED", "ACTIVE"] as const;
const STANDS: Readonly<Record<string, number>> = {
  DRAFT: 0, REJECTED: 0, BACKTESTING: 1, BACKTEST_FAILED: 1, BACKTESTED: 1, PENDING_APPROVAL: 2, APPROVED: 3, LISTING: 4, LISTING_FAILED: 4, LISTED: 4, ACTIVE: 5, SUSPENDED: 5, DELISTED: 5,
};

function Way({ status }: { status: string }) {
  const at = STANDS[status] ?? -1;
  return (
    <ol className="way" aria-label="The way of this basket">
      {WAY.map((step, index) => (
        <li key={step} className={index < at ? "past" : index === at ? "here" : ""} aria-current={index === at ? "step" : undefined}>{words(index === at ? status : step)}</li>
      ))}
    </ol>
  );
}

function Basket({ basket }: { basket: BasketView }) {
  const { state } = usePage();
  const now = useNow();
  const names = Object.values(state.constituents[basket.basketCode] ?? {}).sort((one, other) => Number(other.currentWeight ?? other.weight ?? 0) - Number(one.currentWeight ?? one.weight ?? 0) || one.symbol.localeCompare(other.symbol));
  const approvals = Object.values(state.approvals).filter((one) => one.basketCode === basket.basketCode).sort((one, other) => other.submittedAt.localeCompare(one.submittedAt));
  return (
    <div className="two">
      <div>
        <Panel title={<>{basket.basketName} <span className="quietly">{basket.basketCode} {basket.version}</span></>} side={basket.simulated ? <Simulated title="Simulated or replayed prices are in this level." /> : null}>
          <Way status={basket.status} />
          {basket.withheld !== null ? <p className="refused" role="status">Withheld: {basket.withheld}</p> : null}
          <div className="big">
            <p className="number figure">{exact(basket.level)}<span className="unit"> {basket.baseCurrency}</span></p>
            <p className={`number ${direction(basket.change)}`}>{signed(basket.change)} {basket.changePercentage === null ? "" : `(${signed(basket.changePercentage, 2)} %)`}</p>
            <Sparkline values={basket.spark} title="The last levels" />
          </div>
          <dl className="facts">
            <Fact name="Valued"><span className="number">{clock(basket.valuedAt)} UTC</span></Fact>
            <Fact name="Sent"><span className="number">{basket.publishedAt === null ? "–" : `${age(basket.publishedAt, now)} ago`}</span></Fact>
            <Fact name="Quality">{basket.quality ?? "–"}{basket.staleDataCount > 0 ? `, ${basket.staleDataCount} aged` : ""}</Fact>
            <Fact name="Pricing">{words(basket.pricingState)}</Fact>
            <Fact name="Method">{words(basket.method)}</Fact>
            <Fact name="Names">{count(basket.constituentCount)}</Fact>
            <Fact name="Created by">{basket.createdBy ?? "–"}</Fact>
            <Fact name="Changed by">{basket.updatedBy ?? "–"}</Fact>
          </dl>
          <Actions basket={basket} pending={approvals.find((one) => one.status === "PENDING") ?? null} />
        </Panel>
        <Constituents names={names} now={now} />
      </div>
      <div>
        <AtVendors basket={basket} now={now} />
        <Approvals approvals={approvals} now={now} />
      </div>
    </div>
  );
}

function Constituents({ names, now }: { names: readonly ConstituentView[]; now: number }) {
  return (
    <Panel title="Constituents" side={<span className="quietly number">{names.length}</span>}>
      {names.length === 0 ? <p className="empty">This basket holds no name yet.</p> : (
        <div className="scroll tall" tabIndex={0} role="region" aria-label="Constituents">
          <table className="constituents">
            <thead><tr><th className="w-symbol">Name</th><th className="right w-weight">Weight</th><th className="right w-price">Price</th><th className="right w-change">Change</th><th className="right w-contribution">Contribution</th><th className="w-source">Source</th><th className="right w-age">Age</th></tr></thead>
            <tbody>
              {names.map((one) => (
                <tr key={one.symbol} data-symbol={one.symbol}>
                  <td className="clip" title={one.symbolName ?? one.symbol}>{one.symbol}{one.halted ? <> <Pill code="" text="halted" /></> : null}</td>
                  <td className="number right">{exact(one.currentWeight ?? one.weight, 2)} %</td>
                  <td className="number right">{exact(one.price)} <span className="unit">{one.currency ?? ""}</span></td>
                  <td className={`number right ${direction(one.changePercentage)}`}>{one.changePercentage === null ? "–" : `${signed(one.changePercentage, 2)} %`}</td>
                  <td className="number right">{exact(one.contribution, 4)}</td>
                  <td className="clip" title={[one.source, ...one.issues].filter(Boolean).join(", ")}>{one.source ?? "–"}{one.fallback ? " (fallback)" : ""}{one.policy !== null ? ` (${words(one.policy).toLowerCase()})` : ""}</td>
                  <td className="number right"><span className={`fresh ${(one.freshness ?? "").toLowerCase()}`}>{age(one.sourceAt, now)}</span></td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

function AtVendors({ basket, now }: { basket: BasketView; now: number }) {
  return (
    <Panel title="At vendors">
      {basket.vendors.length === 0 ? <p className="empty">It is with no vendor yet.</p> : (
        <table className="atvendors">
          <thead><tr><th>Vendor</th><th className="w-state">Listing</th><th className="w-state">Last price</th><th className="right w-seq">34</th><th className="right w-age">Sent</th></tr></thead>
          <tbody>
            {basket.vendors.map((one) => (
              <tr key={one.vendor} data-vendor={one.vendor}>
                <td className="clip">{one.vendor}{one.required ? "" : " (optional)"}{one.reason !== null ? <span className="under refused">{one.reason}</span> : null}</td>
                <td>{one.listing === null ? "–" : <Pill code={one.listing} />}</td>
                <td>{one.price === null ? "–" : <Pill code={one.price} />}</td>
                <td className="number right">{one.msgSeqNum ?? "–"}</td>
                <td className="number right">{age(one.sentAt, now)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

function Approvals({ approvals, now }: { approvals: readonly ApprovalView[]; now: number }) {
  return (
    <Panel title="Approval">
      {approvals.length === 0 ? <p className="empty">Nothing was submitted lately.</p> : approvals.map((one) => (
        <article key={one.approvalId} className="approval" data-approval={one.approvalId}>
          <p className="row"><Pill code={one.status} /><span>{words(one.approvalType)}, {words(one.priority).toLowerCase()}</span>{one.status === "PENDING" && one.slaStatus !== null ? <Pill code={one.slaStatus} text={`SLA ${words(one.slaStatus).toLowerCase()}`} /> : null}</p>
          <p className="quietly">Submitted by <b>{one.submittedBy}</b> {age(one.submittedAt, now)} ago{one.comments ? `: “${one.comments}”` : ""}</p>
          {one.decisions.map((decision) => (
            <p key={`${decision.approver}${decision.decidedAt}`} className="quietly"><b>{decision.approver}</b>: {words(decision.decision).toLowerCase()}{decision.comments ? `, “${decision.comments}”` : ""}</p>
          ))}
        </article>
      ))}
    </Panel>
  );
}
