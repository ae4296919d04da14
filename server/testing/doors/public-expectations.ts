/** What a page answers, by the cookies that come with the request. */
export interface PageAnswers {
  /** To whoever has no cookies of this office, whatever token he brings. */
  readonly anyone: string
  /** To the reporter whose draft and report they are. */
  readonly reporter: string
}

const open = (answer: string): PageAnswers => ({ anyone: answer, reporter: answer })
const step: PageAnswers = { anyone: '303 /report/start?lost=1', reporter: '200' }
const answered: PageAnswers = { ...step, reporter: '422' }

/**
 * Pages for citizens, written by hand and not read from the routes: the status, and where a redirect leads. Forms are sent
 * empty and ids are of nothing. A page that is not here fails the matrix.
 */
export const pageExpectations: Readonly<Record<string, PageAnswers>> = {
  'GET /': open('200'),
  'GET /accessibility': open('200'),
  'GET /brand/logo': open('404'),
  'GET /privacy': open('200'),
  'GET /report': open('303 /report/start'),
  'GET /report/category': step,
  'GET /report/check': step,
  'GET /report/contact': step,
  'GET /report/details': step,
  'GET /report/offline': open('200'),
  'GET /report/photo': step,
  'GET /report/photo/:id': open('404'),
  'GET /report/place': step,
  'GET /report/sent': open('303 /report/start'),
  'GET /report/start': open('200'),
  'GET /track': open('200'),
  'GET /track/my-data': { anyone: '303 /track', reporter: '200' },
  'GET /track/my-data.json': { anyone: '303 /track', reporter: '200' },
  'GET /track/photo/:id': open('404'),
  'GET /track/status': { anyone: '303 /track', reporter: '200' },
  'POST /report/category': answered,
  'POST /report/check': { ...step, reporter: '303 /report/sent' },
  'POST /report/contact': { ...step, reporter: '303 /report/check' },
  'POST /report/details': answered,
  'POST /report/photo': { ...step, reporter: '303 /report/contact' },
  'POST /report/place': answered,
  'POST /report/start': open('303 /report/category'),
  'POST /track': open('422'),
  'POST /track/consent': { anyone: '303 /track', reporter: '303 /track/status' },
  'POST /track/erase': { anyone: '303 /track', reporter: '303 /track/status' },
  'POST /track/my-data': { anyone: '303 /track', reporter: '200' }
}

/** What the uploads answer: to each who has no upload token (a session's is none), to its holder, to the holder of another photo's. */
export interface UploadAnswers {
  readonly anyone: number
  readonly holder: number
  readonly ofAnotherPhoto: number
}

/** tus, photo by photo; a route of it that is not here fails the matrix. `anyone` includes expired upload tokens and another office's. */
export const uploadExpectations: Readonly<Record<string, UploadAnswers>> = {
  'HEAD /api/v1/uploads/tus/:photoId': { anyone: 401, holder: 200, ofAnotherPhoto: 403 },
  'OPTIONS /api/v1/uploads/tus': { anyone: 204, holder: 204, ofAnotherPhoto: 204 },
  'PATCH /api/v1/uploads/tus/:photoId': { anyone: 401, holder: 204, ofAnotherPhoto: 403 },
  // The token names the photo: what is begun with another one's is begun for that one, and is not of its announced length.
  'POST /api/v1/uploads/tus': { anyone: 401, holder: 201, ofAnotherPhoto: 400 }
}
