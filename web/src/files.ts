// Files and folders that the user adds.
import { signal } from "@preact/signals";
import { isSong } from "./formats";
import { add, type Addition } from "./songs";

// Why nothing was added.
export const note = signal("");

export const addFiles = (files: Iterable<File>) =>
  add([...files].map((file) => ({ name: file.name, file })));

// Adds the songs among the files of folders.
function addFolders(files: Addition[]) {
  add(files);
  note.value = files.length ? "" : "There are no audio files in this folder.";
}

// The files of an input with webkitdirectory.
export const addFolder = (files: Iterable<File>) =>
  addFolders(
    [...files].filter(isSong).map((file) => ({
      name: file.name,
      path: file.webkitRelativePath,
      file,
    })),
  );

const fileOf = (entry: FileSystemFileEntry) =>
  new Promise<File>((resolve, reject) => entry.file(resolve, reject));

async function* walk(entry: FileSystemEntry): AsyncGenerator<FileSystemFileEntry> {
  if (entry.isFile) {
    yield entry as FileSystemFileEntry;
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  while (true) {
    // A call returns some of the entries, and none at the end. A folder that cannot be read has none.
    const entries = await new Promise<FileSystemEntry[]>((resolve) =>
      reader.readEntries(resolve, () => resolve([])),
    );
    if (!entries.length) return;
    entries.sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
    for (const each of entries) yield* walk(each);
  }
}

async function addDroppedFolders(folders: FileSystemEntry[]) {
  const found: Addition[] = [];
  for (const folder of folders) {
    for await (const entry of walk(folder)) {
      const file = await fileOf(entry).catch(() => undefined); // gone meanwhile, or not readable
      if (file && isSong(file)) {
        found.push({ name: file.name, path: entry.fullPath.replace(/^\//, ""), file });
      }
    }
  }
  addFolders(found);
}

function addDropped(data: DataTransfer) {
  // Entries are there only as long as the event.
  const items = [...data.items].filter(({ kind }) => kind === "file");
  const entries = items.map((item) => item.webkitGetAsEntry());
  const folders = entries.filter((entry) => entry?.isDirectory) as FileSystemEntry[];
  const isFile = (_: unknown, i: number) => !entries[i]?.isDirectory;
  addFiles(items.filter(isFile).map((item) => item.getAsFile()!));
  if (folders.length) void addDroppedFolders(folders);
}

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
    if (event.dataTransfer) addDropped(event.dataTransfer);
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
