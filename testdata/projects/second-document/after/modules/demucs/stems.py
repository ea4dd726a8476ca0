STEMS = ("drums", "bass", "other", "vocals")
