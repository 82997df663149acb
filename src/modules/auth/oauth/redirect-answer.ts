/** Where the browser goes next, and the cookies that it takes along. */
export interface RedirectAnswer {
  url: string;
  statusCode: number;
  cookies: string[];
}
