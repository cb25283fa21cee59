# Decodes by hand what a mail says of its charset: no library stands between.
import base64, quopri, re, sys

for path in sys.argv[1:]:
    with open(path, "rb") as file:
        head, body = file.read().split(b"\r\n\r\n", 1)
    head = re.sub(rb"\r\n(?=[ \t])", b"", head)
    fields = dict(line.split(b": ", 1) for line in head.split(b"\r\n"))
    words = re.findall(rb"=\?([^?]*)\?([BbQq])\?([^?]*)\?=", fields[b"Subject"])
    charsets = sorted({word[0].decode().lower() for word in words})
    undo = {b"B": base64.b64decode, b"Q": lambda text: quopri.decodestring(text, header=True)}
    subject = "".join(undo[kind.upper()](text).decode(charset.decode()) for charset, kind, text in words)
    encoding = fields[b"Content-Transfer-Encoding"].decode()
    decode = {"7bit": bytes, "quoted-printable": quopri.decodestring, "base64": base64.b64decode}[encoding]
    charset = re.search(rb"charset=\"?([^\";]*)", fields[b"Content-Type"])[1].decode()
    print(re.search(rb"<(.*)>", fields[b"To"])[1].decode(), *charsets, subject, sep="|")
    print(fields[b"Content-Type"].decode(), encoding)
    print(decode(body).decode(charset).replace("\r\n", "\n"))
    print("longest line:", max(len(line) for line in body.split(b"\r\n")), "8-bit:", not body.isascii())
