// How a genre looks.

// GTZAN's, in an order of hues that keeps alike genres apart; any other takes its place in the
// model's labels.
const HUES: Record<string, number> = {
  blues: 250,
  classical: 95,
  country: 58,
  disco: 330,
  hiphop: 302,
  jazz: 200,
  metal: 275,
  pop: 355,
  reggae: 145,
  rock: 22,
};

export function colorOf(genre: string, labels: string[]): string {
  const golden = 137.5; // degrees between neighbours, so that any number of them are apart
  const hue = HUES[genre] ?? (labels.indexOf(genre) * golden) % 360;
  return `oklch(var(--genre-lightness) 0.15 ${hue})`;
}
