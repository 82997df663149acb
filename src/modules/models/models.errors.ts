/** `detail` texts about models that clients know and show. */
export const ModelDetail = {
  idTaken: 'Uh-oh! This model id is already registered. Please choose another model id string.',
  idTooLong: 'The model id is too long. Please make sure your model id is less than 256 characters long.',
} as const;
