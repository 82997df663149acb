/** `detail` texts of the error categories, which clients know and show. Modules have their own in `*.errors.ts`. */
export const Detail = {
  notAuthenticated: 'Not authenticated',
  unauthorized: '401 Unauthorized',
  accessProhibited:
    'You do not have permission to access this resource. Please contact your administrator for assistance.',
  actionProhibited: 'The requested action has been restricted as a security measure.',
  rateLimited: 'API rate limit exceeded',
  notFound: "We could not find what you're looking for :/",
  generic: 'Something went wrong :/',
  internal: 'Internal Server Error',
} as const;

/** The contract's form of an error with a reason: `[ERROR: <reason>]`. */
export const errorDetail = (reason: string): string => `[ERROR: ${reason}]`;
