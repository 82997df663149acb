/** `detail` texts about accounts, sessions and credentials that clients know and show. */
export const AuthDetail = {
  invalidToken: 'Your session has expired or the token is invalid. Please sign in again.',
  revokedToken: 'Invalid token',
  userMismatch: 'User mismatch. Please sign in again.',
  invalidCredentials: 'The email or password provided is incorrect. Please check for typos and try logging in again.',
  incorrectPassword: 'The password provided is incorrect. Please check for typos and try again.',
  invalidEmailFormat:
    "The email format you entered is invalid. Please double-check and make sure you're using a valid email address (e.g., yourname@example.com).",
  emailTaken:
    'Uh-oh! This email is already registered. Sign in with your existing account or choose another email to start anew.',
  passwordTooLong:
    'Uh-oh! The password you entered is too long. Please make sure your password is less than 72 bytes long.',
  invalidPassword: 'The password does not meet the required validation criteria.',
  invalidTrustedHeader:
    'Your provider has not provided a trusted header. Please contact your administrator for assistance.',
  existingUsers:
    "You can't turn off authentication because there are existing users. If you want to disable WEBUI_AUTH, make sure your web interface doesn't have any existing users and is a fresh installation.",
  ldapFailed: 'LDAP authentication failed.',
  apiKeyCreationNotAllowed: 'API key creation is not allowed in the environment.',
  apiKeyNotAllowed: 'Use of API key is not enabled in the environment.',
  apiKeyEndpointNotAllowed: 'API key not allowed to access this endpoint.',
  apiKeyNotFound:
    "Oops! It looks like there's a hiccup. The API key is missing. Please make sure to provide a valid API key to access this feature.",
} as const;
