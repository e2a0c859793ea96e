// Weights in ten-thousandths of a percent, as whole numbers: sums are exact.

export const WHOLE = 1_000_000;

/** `33.3333` as 333333; nothing where it is no weight of at most four decimals. */
export function parsed(text: string): number | null {
  const found = /^(\d{1,3})(?:\.(\d{1,4}))?$/.exec(text.trim());
  if (found === null) return null;
  return Number(found[1]) * 10_000 + Number((found[2] ?? "").padEnd(4, "0"));
}

export function written(weight: number): string {
  return `${Math.floor(weight / 10_000)}.${String(weight % 10_000).padStart(4, "0")}`;
}

/** Equal weights of so many names, and which of them is a ten-thousandth heavier so that the sum is exact. */
export function equal(names: number): readonly string[] {
  if (names < 1) return [];
  const each = Math.floor(WHOLE / names);
  const over = WHOLE - each * names;
  return Array.from({ length: names }, (_, index) => written(each + (index < over ? 1 : 0)));
}
