// What is known of a curve: thinned points of the whole of it, and finer ones where one zoomed in.
//
// A curve holds three lists of equal length: places `e` (epochs) and `t` (elapsed seconds), and values `y`.

const MOST = 3000; // points of a curve, above which the whole of it is thinned again
const COLUMNS = 1000;

export const nothing = () => ({ e: [], t: [], y: [] });

export function appended(curve, fresh) {
  for (const name of ["e", "t", "y"]) curve[name] = curve[name].concat(fresh[name]);
  return curve.e.length > MOST ? thinned(curve, COLUMNS) : curve;
}

// The first and the last point, and the lowest and the highest in each of equally wide columns.
export function thinned(curve, columns) {
  const { e, y } = curve, last = e.length - 1;
  const scale = columns / (e[last] - e[0] || 1);
  const column = (place) => Math.min(columns - 1, Math.floor((e[place] - e[0]) * scale));
  const kept = new Set([0, last]);
  for (let place = 0; place <= last;) {
    const here = column(place);
    let lowest = place, highest = place;
    for (; place <= last && column(place) === here; place++) {
      if (y[place] < y[lowest]) lowest = place;
      if (y[place] > y[highest]) highest = place;
    }
    kept.add(lowest).add(highest);
  }
  return picked(curve, [...kept].sort((one, other) => one - other));
}

// The whole curve, with the finer points in the place of its own where there are any.
export function refined(curve, finer) {
  if (!finer?.e.length) return curve;
  const [low, high] = [finer.e[0], finer.e[finer.e.length - 1]];
  const before = curve.e.findIndex((epoch) => epoch >= low);
  const after = curve.e.findIndex((epoch) => epoch > high);
  const join = (name) => [
    ...curve[name].slice(0, before < 0 ? curve.e.length : before), ...finer[name],
    ...(after < 0 ? [] : curve[name].slice(after)),
  ];
  return { e: join("e"), t: join("t"), y: join("y") };
}

// An exponential average over `epochs`, of whose weights a point `epochs` ago has 1/e, however dense the points are.
export function smoothed({ e, y }, epochs) {
  if (!epochs) return y;
  let weighted = 0, weight = 0;
  return y.map((value, place) => {
    const kept = place ? Math.exp((e[place - 1] - e[place]) / epochs) : 0;
    const gained = place ? 1 - kept : 1;
    weighted = kept * weighted + gained * value;
    weight = kept * weight + gained;
    return weighted / weight;
  });
}

function picked({ e, t, y }, places) {
  return { e: places.map((at) => e[at]), t: places.map((at) => t[at]), y: places.map((at) => y[at]) };
}
