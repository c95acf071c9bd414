// The color of a genre.

// Hues for GTZAN's genres, chosen so that similar genres differ. The hue of any other genre follows
// from its index in the model's labels.
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
  const golden = 137.5; // degrees; the golden angle spreads any number of hues
  const hue = HUES[genre] ?? (labels.indexOf(genre) * golden) % 360;
  return `oklch(var(--genre-lightness) 0.15 ${hue})`;
}
