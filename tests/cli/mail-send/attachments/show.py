import sys
from email import message_from_binary_file, policy

for path in sys.argv[1:]:
    with open(path, "rb") as file:
        mail = message_from_binary_file(file, policy=policy.default)
    files = [(part.get_content_type(), part.get_filename(), part.get_content()) for part in mail.iter_attachments()]
    print(mail["To"], mail.get_content_type(), repr(mail.get_body().get_content()), *files)
