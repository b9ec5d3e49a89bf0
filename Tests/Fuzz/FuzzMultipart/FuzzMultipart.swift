import FuzzKit
import MSNP
import NIOCore

@testable import WebServices

/// A form with a picture. What is read of it is no more than was sent, and a picture's size is read from it or not.
@_cdecl("FuzzMultipart_main")
func main(_ count: Int32, _ arguments: ProgramArguments) -> Int32 {
  fuzz(count, arguments) { start, size in
    let bytes = Array(FuzzInput(start, size).rest.readableBytesView)
    // By itself too: few inputs are a form around a picture.
    if let picture = PictureFile(bytes) { hold(picture.width >= 0 && picture.height >= 0, "\(picture)") }
    guard let form = MultipartForm(bytes, contentType: "multipart/form-data; boundary=XX") else { return 0 }
    // What is no UTF-8 in a header is read as a replacement character, of three bytes.
    let texts = form.fields.reduce(0) { $0 + $1.name.unicodeScalars.count + $1.value.unicodeScalars.count }
    let files = form.files.reduce(0) { $0 + $1.value.count }
    hold(texts + files <= bytes.count, "\(texts) characters and \(files) of files from \(bytes.count)")
    for file in form.files.values { _ = PictureFile(file)?.isSane }
    return 0
  }
}
