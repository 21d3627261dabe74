/**
 * Where a quantile of `rows` sorted values lies: its whole part is a row, its fraction the weight of the
 * next. Discrete ones are whole: place max(1, ⌈np⌉).
 */
export function quantilePosition(rows: u32, fraction: f64, discrete: bool): f64 {
  if (discrete) {
    const place = <u32>max(1.0, Math.ceil(<f64>rows * Math.abs(fraction)));
    return <f64>(fraction < 0 ? rows - place : place - 1);
  }
  return <f64>(rows - 1) * (fraction < 0 ? 1.0 + fraction : fraction);
}
