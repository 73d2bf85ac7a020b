/** Copies what an element shows, and gives the sentence to say. */
export async function copyTextOf(node) {
  try {
    await navigator.clipboard.writeText(node.textContent);
    return 'Copied.';
  } catch {
    // Without TLS a browser has no clipboard for pages, other than on localhost.
    getSelection().selectAllChildren(node);
    return 'Selected: copy it with Ctrl C or ⌘ C.';
  }
}
