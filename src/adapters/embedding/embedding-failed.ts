/** Ends the asking of an embedder; its message says, in words for people, what the embedder did. Never leaves the folder. */
export class EmbeddingFailed extends Error {}
