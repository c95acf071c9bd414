// Files, as people bring them.
import { add } from "./songs";

const named = (file: File) => ({ name: file.name, file });

export const addFiles = (files: Iterable<File>) => add([...files].map(named));

// Lets the whole page take what is dropped or pasted on it. dragging: called with whether files
// are held over it.
export function takeFiles(dragging: (on: boolean) => void) {
  let depth = 0; // of the elements that the pointer has entered
  const holdsFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files");
  addEventListener("dragenter", (event) => {
    if (holdsFiles(event)) dragging(++depth > 0);
  });
  addEventListener("dragleave", (event) => {
    if (holdsFiles(event)) dragging(--depth > 0);
  });
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    depth = 0;
    dragging(false);
    addFiles(event.dataTransfer?.files ?? []);
  });
  addEventListener("paste", (event) => addFiles(event.clipboardData?.files ?? []));
}

// Hands a text to the browser's downloads.
export function download(name: string, type: string, text: string) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
