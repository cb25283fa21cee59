import sys
from email import message_from_binary_file, policy

with open(sys.argv[1], "rb") as file:
    mail = message_from_binary_file(file, policy=policy.default)
for part in mail.walk():
    print(part.get_content_type(), part.get_content_charset())
    if not part.is_multipart():
        print(part.get_content())
