import sys
from email import message_from_binary_file, policy

with open(sys.argv[1], "rb") as file:
    mail = message_from_binary_file(file, policy=policy.default)
names = {}
for part in mail.walk():
    if part["Content-ID"]:
        names[part["Content-ID"].strip("<>")] = part.get_filename()
for part in mail.walk():
    print(part.get_content_type(), part.get_content_disposition(), part.get_filename())
    if part.get_content_maintype() == "text":
        text = part.get_content()
        for content_id, name in names.items():
            text = text.replace("cid:" + content_id, "[the part " + name + "]")
        print(text)
    elif part["Content-ID"]:
        with open("letter/img/" + part.get_filename(), "rb") as file:
            print("the same bytes:", part.get_content() == file.read())
