// A name as a person may see it: control characters, and those that reorder the text around them,
// are escaped. base/text.h does the same on terminals.
const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

export function printable(name: string) {
  return name.replace(
    HIDDEN,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
