// Files that the user adds.
import { add } from "./songs";

const named = (file: File) => ({ name: file.name, file });

export const addFiles = (files: Iterable<File>) => add([...files].map(named));

// Accepts files that are dropped or pasted anywhere on the page. dragging: called with whether files
// are dragged over the page.
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

// Saves a text as a download.
export function download(name: string, type: string, text: string) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
